// The joints of the pipe, opened: the same data as the answer's, shown before and after each step.
import { best, classes, percent, plain } from "./labels.js";
import { byId, element, paint } from "./view.js";

const COLOURS = ["Red", "Green", "Blue"];
const SHEET = 5; // numbers across and down that are shown at a time

// Three sheets of numbers, red, green and blue, around one place. at(x, y, colour) gives a number, or undefined outside.
export function sheets(place, width, height, at, centre) {
  const tables = COLOURS.map((name, colour) => {
    const rows = Array.from({ length: SHEET }, (_, row) =>
      element("tr", {}, ...Array.from({ length: SHEET }, (_, column) => {
        const [x, y] = [centre.x + column - 2, centre.y + row - 2];
        const inside = x >= 0 && y >= 0 && x < width && y < height;
        return element("td", { className: x === centre.x && y === centre.y ? "here" : "" }, inside ? String(at(x, y, colour)) : "");
      })),
    );
    return element("table", { className: `sheet ${name.toLowerCase()}` }, element("caption", {}, name), element("tbody", {}, ...rows));
  });
  place.replaceChildren(...tables);
}

// Lets a finger, a mouse or the arrow keys choose a place of a canvas of width × height numbers.
export function pointing(canvas, size, moved) {
  let centre;
  const go = (x, y) => {
    const { width, height } = size();
    centre = { x: Math.min(Math.max(x, 0), width - 1), y: Math.min(Math.max(y, 0), height - 1) };
    moved(centre);
  };
  const point = (event) => {
    const { width, height } = size();
    const box = canvas.getBoundingClientRect();
    go(Math.floor(((event.clientX - box.left) / box.width) * width), Math.floor(((event.clientY - box.top) / box.height) * height));
  };
  canvas.tabIndex = 0;
  canvas.addEventListener("pointerdown", point);
  canvas.addEventListener("pointermove", (event) => event.buttons && point(event));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step || !centre) return;
    event.preventDefault();
    go(centre.x + step[0], centre.y + step[1]);
  });
  // Shows the same place again, or the middle at first.
  return function stay() {
    const { width, height } = size();
    centre ??= { x: width >> 1, y: height >> 1 };
    go(centre.x, centre.y);
  };
}

// How often each value comes, in `count` bins from low to high, for each colour.
export function histogram(x, low, high, count = 64) {
  const found = [0, 1, 2].map(() => new Array(count).fill(0));
  x.forEach((value, i) => {
    found[i % 3][Math.min(Math.max(Math.floor(((value - low) / (high - low)) * count), 0), count - 1)] += 1;
  });
  return found;
}

const css = (name) => getComputedStyle(document.body).getPropertyValue(name);

export function drawHistogram(canvas, x) {
  const [low, high] = x.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const [from, to] = [Math.min(low, -1), Math.max(high, 1)];
  const counts = histogram(x, from, to);
  const most = Math.max(...counts.flat());
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  counts.forEach((bins, colour) => {
    pen.strokeStyle = css(["--red", "--green", "--blue"][colour]);
    pen.lineWidth = 3;
    pen.setLineDash([[], [9, 5], [3, 4]][colour]); // told apart without colour too
    pen.beginPath();
    bins.forEach((n, i) => pen.lineTo(((i + 0.5) * canvas.width) / bins.length, canvas.height - 4 - (n / most) * (canvas.height - 12)));
    pen.stroke();
  });
  const round = (value) => value.toFixed(Math.abs(value) < 10 ? 2 : 0).replace("-", "−");
  const expected = low >= -1 && high <= 1 && high - low > 0.5;
  const words = `The numbers go from ${round(low)} to ${round(high)}. This network was trained on −0.99 to 1.`;
  byId("normalized-words").textContent = words + (expected ? "" : " Nothing stops you from giving it others.");
  canvas.setAttribute("aria-label", `How often each number comes, in red, green (dashed) and blue (dotted). ${words}`);
}

export function drawSorted(canvas, p) {
  const order = best(p, p.length);
  const pen = canvas.getContext("2d");
  pen.clearRect(0, 0, canvas.width, canvas.height);
  order.forEach((place, i) => {
    pen.fillStyle = css(i < 5 ? "--best" : "--rest");
    const height = p[place] * (canvas.height - 4);
    pen.fillRect((i * canvas.width) / p.length, canvas.height - Math.max(height, 1), i < 5 ? 3 : 1, Math.max(height, 1));
  });
  const five = order.slice(0, 5).reduce((sum, place) => sum + p[place], 0);
  const words =
    `All 1000 together are 100 %. The five best have ${percent(five)}, the other 995 share ${percent(1 - five)}. ` +
    `The last of all is ${plain(classes[order.at(-1)][1])}.`;
  byId("sorted-words").textContent = words;
  canvas.setAttribute("aria-label", `1000 bars, the longest first. ${words}`);
}

// A feature map, side × side numbers from 0 to 6, as grey.
export function drawMap(canvas, stem, map, channels = 32) {
  const side = Math.sqrt(stem.length / channels);
  const most = 6; // ReLU6 gives no more
  const grey = new Uint8ClampedArray(side * side * 3);
  for (let place = 0; place < side * side; place++) grey.fill((stem[place * channels + map] / most) * 255, place * 3, place * 3 + 3);
  paint(canvas, grey, side);
}
