// Drawing: pictures on canvases, bars as tables that can also be read aloud, controls. Words go in as text, never as markup.
import { percent } from "./labels.js";

export const byId = (id) => document.getElementById(id);

// An element with properties and children: element("p", {className: "small"}, "text").
export function element(kind, properties = {}, ...children) {
  const { attributes = {}, ...rest } = properties;
  const found = Object.assign(document.createElement(kind), rest);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  found.append(...children);
  return found;
}

// Draws RGB numbers, width × height × 3, one number a pixel of the canvas.
export function paint(canvas, rgb, width, height = width) {
  const image = new ImageData(width, height);
  for (let i = 0, j = 0; j < image.data.length; i += 3, j += 4) {
    image.data[j] = rgb[i];
    image.data[j + 1] = rgb[i + 1];
    image.data[j + 2] = rgb[i + 2];
    image.data[j + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Bars as rows of a table: a list of [word, share from 0 to 1].
export function bars(table, shares) {
  const rows = shares.map(([word, share]) => {
    const bar = element("div", { className: "bar" });
    bar.style.width = `${100 * share}%`;
    return element("tr", {}, element("th", { scope: "row" }, word), element("td", {}, bar), element("td", {}, percent(share)));
  });
  table.tBodies[0].replaceChildren(...rows);
}

// A control for one entry of CONTROLS, with its name; change(value) is called when somebody moves it. Its `show` sets it.
export function control(name, { label, value, options, min, max, step }, change) {
  const id = `control-${name}`;
  const row = element("div", { className: "control" });
  row.dataset.name = name;
  if (options) {
    const list = element("select", { id }, ...options.map((option) => element("option", {}, option)));
    list.onchange = () => change(list.value);
    row.append(element("label", { htmlFor: id }, label), list);
    row.show = (now) => (list.value = now);
  } else if (typeof value === "boolean") {
    const box = element("input", { id, type: "checkbox" });
    box.onchange = () => change(box.checked);
    row.append(element("label", { htmlFor: id }, label), box);
    row.show = (now) => (box.checked = now);
  } else {
    const slider = element("input", { id, type: "range", min, max, step, value });
    const shown = element("output", { htmlFor: id }, String(value));
    slider.oninput = () => {
      shown.value = slider.value;
      change(Number(slider.value));
    };
    row.append(element("label", { htmlFor: id }, label), slider, shown);
    row.show = (now) => {
      slider.value = now;
      shown.value = now;
    };
  }
  return row;
}

// Says something to who listens instead of looks, politely, and not at every step of a slider.
let waiting;
export function announce(words) {
  clearTimeout(waiting);
  waiting = setTimeout(() => (byId("announced").textContent = words), 700);
}

export function tell(words = "") {
  byId("message").textContent = words;
}
