// On a web space only: keeps the page on the device at the first visit, so that it opens with no network from then on. It is
// fetched again whenever there is a network, so that nobody stays with an old one.
const KEPT = "image-prediction";
const FILES = ["image-prediction.html", "manifest.webmanifest", "icon.png"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)));
});

// From the first visit on, not only after the page is opened again.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !FILES.some((name) => pathname.endsWith(`/${name}`))) return;
  const answered = fetch(event.request);
  event.waitUntil(answered.then((answer) => keep(origin + pathname, answer.clone())).catch(() => {})); // no network, or no room
  event.respondWith(answered.catch(() => caches.match(origin + pathname)));
});

async function keep(address, answer) {
  if (answer.ok) await (await caches.open(KEPT)).put(address, answer);
}
