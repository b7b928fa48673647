// The page: takes a picture, sends it down the pipe, shows what comes out. Each joint has a file of its own; see README.md.
import * as camera from "./camera.js";
import { allOf } from "./changes.js";
import { classMap, lit, strongest } from "./explain.js";
import * as joints from "./joints.js";
import * as labels from "./labels.js";
import { build, SIZE } from "./network.js";
import { asSeen, RECIPES } from "./normalizing.js";
import * as number from "./number.js";
import { decode, square } from "./pixels.js";
import { caption, CONTROLS, fromLink, PARTS, PHOTOS, state, toLink, unchanged } from "./state.js";
import * as teach from "./teach.js";
import { bytes, carried, trainedValues, wakeTensorFlow } from "./values.js";
import { announce, bars, byId, control, element, paint, tell } from "./view.js";

const MOST_OWN = 24; // pictures of one's own that are kept: the last ones
const controls = {};
const own = new Map(); // name → file
let network, values, picture, shown, answer;
let running = false;
let again = false;

// ---- the pipe

// Everything that the network says of normalized pixels, as plain arrays.
function run(x) {
  const found = network(x);
  const arrays = Object.fromEntries(Object.entries(found).map(([name, tensor]) => [name, tensor.dataSync()]));
  for (const tensor of Object.values(found)) tensor.dispose();
  return arrays;
}

// From a picture to the answer, by a state's controls. small: as fitted; x: as normalized.
function ask(source, controls) {
  const small = square(source, SIZE, controls.fit);
  const x = RECIPES[controls.recipe](allOf(small, controls));
  return { small, x, ...run(x) };
}

async function probabilities(blob, { fit = "crop", recipe = "the right one" } = {}) {
  await ready;
  const source = await decode(blob);
  const { p } = ask(source, { ...unchanged(), fit, recipe });
  source.close();
  return p;
}

async function classify(blob, options) {
  const p = await probabilities(blob, options);
  return labels.best(p).map((place) => ({ wnid: labels.classes[place][0], name: labels.classes[place][1], probability: p[place] }));
}

// ---- what is shown

// Shows the answer anew, once for many calls at a time. A problem comes as one sentence, and what was shown stays.
async function refresh() {
  again = running;
  if (running || !network) return;
  running = true;
  try {
    const live = camera.isOn(byId("video"));
    if (!live && shown !== state.photo) await open(state.photo);
    const source = live ? camera.frame(byId("video")) : picture;
    if (source?.width) answer = { ...ask(source, state), source };
    if (answer) draw(live);
  } catch (problem) {
    fail(problem);
  } finally {
    running = false;
  }
  if (again) refresh();
}

async function open(name) {
  const file = own.get(name) ?? new Blob([bytes(carried.photos[PHOTOS.indexOf(name)][2])], { type: "image/jpeg" });
  const opened = await decode(file, name);
  picture?.close();
  [picture, shown] = [opened, name];
}

function fail(problem) {
  const ours = problem instanceof Error && problem.constructor === Error; // others are the browser's own
  tell(ours ? problem.message : `That did not work here (${String(problem).slice(0, 100)}): try another picture, or open the page again.`);
}

function draw(live) {
  const { x, p, maps } = answer;
  const seen = asSeen(x);
  const kernel = values.get("predictions/kernel").data;
  const total = labels.rollUp(p);
  const words = labels.sentence(p, total);
  const five = labels.best(p).map((place) => [labels.plain(labels.classes[place][1]), p[place]]);
  const name = live ? "camera" : nameOf(state.photo);
  const where = byId("where").getAttribute("aria-pressed") === "true";
  const map = where && classMap(maps, kernel, p.length, labels.best(p, 1)[0]);
  paint(byId("seen"), where ? lit(seen, map) : seen, SIZE);
  byId("seen").setAttribute("aria-label", `The picture as the network sees it: ${caption(name)}`);
  byId("caption").textContent = caption(name);
  byId("where-words").hidden = !where;
  if (where) byId("where-name").textContent = `${five[0][0]}: strongest ${strongest(map)}.`;
  byId("sentence").textContent = words;
  bars(byId("bars"), five);
  bars(byId("levels"), labels.levels(p, total));
  teach.show(answer);
  drawJoints();
  if (!state.hide.includes("answer")) announce(`${caption(name)}. ${words}`);
}

function nameOf(name) {
  return PHOTOS.includes(name) ? carried.photos[PHOTOS.indexOf(name)][1] : name;
}

// Only what is open: the rest would cost time for nothing.
function drawJoints() {
  if (!answer) return;
  const isOpen = (id) => byId(id).open;
  if (isOpen("joint-pixels")) drawPixels();
  if (isOpen("joint-resized")) {
    paint(byId("resized"), answer.small, SIZE);
    byId("resized-words").textContent = `${answer.source.width} × ${answer.source.height} pixels became ${SIZE} × ${SIZE}, by “${state.fit}”.`;
    resizedPointer();
  }
  if (isOpen("joint-normalized")) joints.drawHistogram(byId("histogram"), answer.x);
  if (isOpen("joint-maps")) drawMaps();
  if (isOpen("joint-sorted")) joints.drawSorted(byId("sorted"), answer.p);
}

function drawPixels() {
  const { source } = answer;
  const canvas = byId("pixels");
  const scale = Math.min(1, 480 / Math.max(source.width, source.height));
  canvas.width = Math.max(1, Math.round(source.width * scale));
  canvas.height = Math.max(1, Math.round(source.height * scale));
  canvas.getContext("2d").drawImage(source.drawable, 0, 0, canvas.width, canvas.height);
  pixelsPointer();
}

let chosenMap = 0;
function drawMaps() {
  [...byId("maps").children].forEach((button, map) => {
    joints.drawMap(button.firstChild, answer.stem, map);
    button.setAttribute("aria-pressed", map === chosenMap);
  });
  joints.drawMap(byId("map"), answer.stem, chosenMap);
  byId("map").setAttribute("aria-label", `Feature map ${chosenMap + 1} of 32. Choose a place by touch or with the arrow keys.`);
  mapPointer();
}

const pixelsPointer = joints.pointing(byId("pixels"), () => answer.source, ({ x, y }) => {
  const { source } = answer;
  const top = Math.max(0, y - 2);
  const rgba = source.rows(top, Math.min(5, source.height - top));
  joints.sheets(byId("pixels-sheets"), source.width, source.height, (a, b, colour) => rgba[((b - top) * source.width + a) * 4 + colour], { x, y });
  byId("pixels-words").textContent = `${source.width} × ${source.height} × 3 numbers from 0 to 255. In the middle: the pixel at ${x} across, ${y} down.`;
});
const resizedPointer = joints.pointing(byId("resized"), () => ({ width: SIZE, height: SIZE }), ({ x, y }) => {
  joints.sheets(byId("resized-sheets"), SIZE, SIZE, (a, b, colour) => answer.small[(b * SIZE + a) * 3 + colour], { x, y });
});
const MAP_SIDE = SIZE / 2;
const openedNumber = (map, row, column) => ({
  found: number.opened(answer.x, values, map, row, column),
  network: answer.stem[(row * MAP_SIDE + column) * 32 + map],
});
const mapPointer = joints.pointing(byId("map"), () => ({ width: MAP_SIDE, height: MAP_SIDE }), ({ x, y }) => {
  const { found, network } = openedNumber(chosenMap, y, x);
  byId("number-words").textContent = `Map ${chosenMap + 1}, ${x} across, ${y} down, comes from the pixels ${2 * x} to ${2 * x + 2} across, ${2 * y} to ${2 * y + 2} down.`;
  number.show(byId("number"), found, network);
});

// ---- what somebody does

function changed(name, value) {
  state[name] = value;
  remember();
  refresh();
}

// The state goes into the address, a little later: browsers refuse a page that does it too often.
let waiting;
function remember() {
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    history.replaceState(null, "", toLink());
    showTask();
  }, 400);
}

function choose(name) {
  if (camera.isOn(byId("video"))) stopCamera();
  tell();
  photoButtons();
  changed("photo", name);
  photoButtons();
}

async function take(files) {
  for (const file of files) {
    const name = (file.name || "pasted picture").slice(0, 60);
    try {
      (await decode(file, name)).close();
    } catch (problem) {
      fail(problem);
      continue;
    }
    own.delete(name);
    own.set(name, file);
    if (own.size > MOST_OWN) own.delete(own.keys().next().value);
    shown = undefined;
    choose(name);
  }
}

const pictures = new Map(); // file → address of its picture
function photoButtons() {
  const all = [...[...own].reverse(), ...carried.photos.map(([name, , photo]) => [name, photo])];
  byId("photos").replaceChildren(...all.map(([name, photo]) => {
    const source = pictures.get(photo) ?? (photo instanceof Blob ? URL.createObjectURL(photo) : `data:image/jpeg;base64,${photo}`);
    pictures.set(photo, source);
    const button = element("button", { type: "button", attributes: { "aria-pressed": name === state.photo } });
    button.append(element("img", { src: source, alt: nameOf(name) }));
    button.onclick = () => {
      choose(name);
      [...byId("photos").children].find((one) => one.getAttribute("aria-pressed") === "true")?.focus();
    };
    return button;
  }));
}

function stopCamera() {
  camera.stop(byId("video"));
  byId("camera").textContent = "Camera";
  byId("camera-view").hidden = true;
}

async function toggleCamera() {
  const video = byId("video");
  if (camera.isOn(video)) {
    stopCamera();
    refresh();
    return;
  }
  tell();
  try {
    await camera.start(video);
  } catch (problem) {
    fail(problem);
    byId("take-photo").hidden = false; // the device's own camera, by way of the file picker
    return;
  }
  byId("camera").textContent = "Stop the camera";
  byId("camera-view").hidden = false;
  follow();
}

// Live: one frame after the other, as fast as the device can, and none while nobody looks.
async function follow() {
  let frames = 0;
  let since = performance.now();
  while (camera.isOn(byId("video"))) {
    if (!document.hidden) await refresh();
    frames += 1;
    const seconds = (performance.now() - since) / 1000;
    if (seconds > 2) {
      byId("rate").textContent = `${(frames / seconds).toFixed(0)} pictures a second`;
      [frames, since] = [0, performance.now()];
    }
    await new Promise((done) => setTimeout(done, document.hidden ? 500 : 10));
  }
}

function showAll() {
  for (const [name, row] of Object.entries(controls)) {
    row.show(state[name]);
    row.hidden = state.hide.includes(name);
  }
  for (const name of Object.keys(PARTS)) byId(`part-${name}`).hidden = state.hide.includes(name);
  photoButtons();
  showTask();
}

function showTask() {
  const hide = [...byId("hide").querySelectorAll("input:checked")].map((box) => box.value);
  byId("link").value = location.href.split("#")[0] + toLink(hide);
}

function wire() {
  for (const [name, about] of Object.entries(CONTROLS)) {
    controls[name] = control(name, about, (value) => changed(name, value));
    byId(name === "fit" || name === "recipe" ? "two-controls" : "more-controls").append(controls[name]);
  }
  for (const [name, { label }] of [...Object.entries(CONTROLS), ...Object.entries(PARTS).map(([name, label]) => [name, { label }])]) {
    const box = element("input", { type: "checkbox", value: name, onchange: showTask });
    byId("hide").append(element("label", {}, box, label));
  }
  for (let map = 0; map < 32; map++) {
    const button = element("button", { type: "button", attributes: { "aria-label": `Feature map ${map + 1}` } }, element("canvas"));
    button.onclick = () => {
      chosenMap = map;
      drawMaps();
    };
    byId("maps").append(button);
  }
  byId("undo").onclick = () => {
    Object.assign(state, unchanged());
    showAll();
    remember();
    refresh();
  };
  byId("where").onclick = () => {
    byId("where").setAttribute("aria-pressed", byId("where").getAttribute("aria-pressed") !== "true");
    refresh();
  };
  byId("copy").onclick = async () => {
    byId("link").select();
    await navigator.clipboard?.writeText(byId("link").value).catch(() => {});
    announce("The link is copied.");
  };
  byId("camera").onclick = toggleCamera;
  byId("still").onclick = async () => {
    const file = await camera.still(byId("video"));
    take([new File([file], `still ${own.size + 1}`)]);
  };
  for (const id of ["file", "capture"]) {
    byId(id).onchange = async () => {
      await take([...byId(id).files]);
      byId(id).value = "";
    };
  }
  for (const joint of document.querySelectorAll("details")) joint.addEventListener("toggle", drawJoints);
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length) take(files);
    else tell("That is no file: drop a picture from a folder, or save it first.");
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) take(files);
  });
  window.addEventListener("hashchange", followLink);
}

function followLink() {
  tell(fromLink(location.hash));
  showAll();
  refresh();
}

async function start() {
  wire();
  followLink();
  try {
    await wakeTensorFlow();
    values = trainedValues();
    network = build(values);
  } catch (problem) {
    byId("sentence").textContent = "";
    throw new Error(`The network did not wake in this browser (${String(problem).slice(0, 100)}): take a newer one, or close other tabs.`);
  }
  teach.start({ ask: (source) => ask(source, { ...unchanged(), fit: state.fit }), run, values });
  await refresh();
}

const ready = start();
ready.catch(fail);
window.course = { ready, classify, probabilities, openedNumber };
if (location.protocol === "https:" && "serviceWorker" in navigator) {
  document.head.append(element("link", { rel: "manifest", href: "manifest.webmanifest" }));
  navigator.serviceWorker.register("worker.js").catch(() => {}); // without it the page works all the same, but not offline
}
