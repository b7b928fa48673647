// On a web space only: keeps the page on the device, so that it opens with no network from the second time on. The page itself is
// fetched again whenever there is a network, so that nobody stays with an old one.
const KEPT = "image-prediction";
const FILES = ["image-prediction.html", "manifest.webmanifest", "icon.svg"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)));
});

self.addEventListener("fetch", (event) => {
  const ours = FILES.some((name) => new URL(event.request.url).pathname.endsWith(`/${name}`));
  if (event.request.method !== "GET" || !ours) return;
  event.respondWith(
    fetch(event.request).then(
      async (answer) => {
        if (answer.ok) await (await caches.open(KEPT)).put(event.request.url.split("#")[0], answer.clone());
        return answer;
      },
      () => caches.match(event.request, { ignoreSearch: true }),
    ),
  );
});
