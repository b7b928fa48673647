// The joints of the pipe as they stand in the page: each is drawn only while it is open.
import * as joints from "./joints.js";
import { SIZE } from "./network.js";
import * as number from "./number.js";
import { state } from "./state.js";
import { byId, element, paint } from "./view.js";

const MAPS = 32;
const MAP_SIDE = SIZE / 2;
const SHOWN = 480; // pixels: the longer side of the whole picture as it is drawn
let answer, values;
let chosen = 0; // which feature map

// One number of the first layer: as it is reckoned here, and as the network gave it.
export const openedNumber = (map, row, column) => ({
  found: number.opened(answer.x, values, map, row, column),
  network: answer.stem[(row * MAP_SIDE + column) * MAPS + map],
});

const atPixel = joints.pointing(byId("pixels"), () => answer.source, ({ x, y }) => {
  const { width, height, rows } = answer.source;
  const top = Math.max(0, y - 2);
  const rgba = rows(top, Math.min(5, height - top));
  joints.sheets(byId("pixels-sheets"), width, height, (a, b, colour) => rgba[((b - top) * width + a) * 4 + colour], { x, y });
  byId("pixels-words").textContent = `${width} × ${height} × 3 numbers from 0 to 255. In the middle: the pixel at ${x} across, ${y} down.`;
});

const atResized = joints.pointing(byId("resized"), () => ({ width: SIZE, height: SIZE }), (centre) => {
  joints.sheets(byId("resized-sheets"), SIZE, SIZE, (a, b, colour) => answer.small[(b * SIZE + a) * 3 + colour], centre);
});

const atMap = joints.pointing(byId("map"), () => ({ width: MAP_SIDE, height: MAP_SIDE }), ({ x, y }) => {
  const { found, network } = openedNumber(chosen, y, x);
  const [left, top] = [2 * x, 2 * y];
  byId("number-words").textContent = `Map ${chosen + 1}, ${x} across, ${y} down, comes from the pixels ${left} to ${left + 2} across, ${top} to ${top + 2} down.`;
  number.show(byId("number"), found, network);
});

function pixels() {
  const { source } = answer;
  const canvas = byId("pixels");
  const scale = Math.min(1, SHOWN / Math.max(source.width, source.height));
  [canvas.width, canvas.height] = [source.width, source.height].map((side) => Math.max(1, Math.round(side * scale)));
  canvas.getContext("2d").drawImage(source.drawable, 0, 0, canvas.width, canvas.height);
  atPixel();
}

function resized() {
  const { small, source } = answer;
  paint(byId("resized"), small, SIZE);
  byId("resized-words").textContent = `${source.width} × ${source.height} pixels became ${SIZE} × ${SIZE}, by “${state.fit}”.`;
  atResized();
}

function maps() {
  [...byId("maps").children].forEach((button, map) => {
    joints.drawMap(button.firstChild, answer.stem, map);
    button.setAttribute("aria-pressed", map === chosen);
  });
  joints.drawMap(byId("map"), answer.stem, chosen);
  byId("map").setAttribute("aria-label", `Feature map ${chosen + 1} of ${MAPS}. Choose a place by touch or with the arrow keys.`);
  atMap();
}

const DRAWN = {
  "joint-pixels": pixels,
  "joint-resized": resized,
  "joint-normalized": () => joints.drawHistogram(byId("histogram"), answer.x),
  "joint-maps": maps,
  "joint-sorted": () => joints.drawSorted(byId("sorted"), answer.p),
};

export function draw(next = answer) {
  answer = next;
  if (answer) for (const [id, show] of Object.entries(DRAWN)) if (byId(id).open) show();
}

export function wire(trained) {
  values = trained;
  for (let map = 0; map < MAPS; map++) {
    const button = element("button", { type: "button", attributes: { "aria-label": `Feature map ${map + 1}` } }, element("canvas"));
    button.onclick = () => {
      chosen = map;
      maps();
    };
    byId("maps").append(button);
  }
  for (const id of Object.keys(DRAWN)) byId(id).addEventListener("toggle", () => draw());
}
