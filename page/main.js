// The page: takes a picture, sends it down the pipe, shows what comes out. Each joint has a file of its own; see README.md.
import { allOf } from "./changes.js";
import { classMap, lit, strongest } from "./explain.js";
import * as labels from "./labels.js";
import { build, SIZE } from "./network.js";
import { asSeen, RECIPES } from "./normalizing.js";
import * as opened from "./opened.js";
import { decode, square } from "./pixels.js";
import * as sources from "./sources.js";
import { caption, CONTROLS, fromLink, PARTS, state, toLink, unchanged } from "./state.js";
import * as teach from "./teach.js";
import { trainedValues, wakeTensorFlow } from "./values.js";
import { announce, bars, byId, control, element, paint, tell } from "./view.js";

const controls = {};
let network, values, answer;
let running = false;
let again = false;

// ---- the pipe

// From a picture to everything that the network says of it, by the controls. small: as fitted; x: as normalized.
function ask(source, controls) {
  const small = square(source, SIZE, controls.fit);
  const x = RECIPES[controls.recipe](allOf(small, controls));
  const said = network(x);
  const arrays = Object.entries(said).map(([name, tensor]) => [name, tensor.dataSync()]);
  for (const tensor of Object.values(said)) tensor.dispose();
  return { source, small, x, ...Object.fromEntries(arrays) };
}

// The same for a file; options: any of the controls.
async function answerTo(blob, options = {}) {
  await ready;
  const source = await decode(blob);
  const found = ask(source, { ...unchanged(), ...options });
  source.close();
  return found;
}

const probabilities = async (blob, options) => (await answerTo(blob, options)).p;

async function classify(blob, options) {
  const p = await probabilities(blob, options);
  return labels.best(p).map((place) => ({ wnid: labels.classes[place][0], name: labels.classes[place][1], probability: p[place] }));
}

// Where the first name came from.
const mapOf = ({ maps, p }) => classMap(maps, values.get("predictions/kernel").data, p.length, labels.best(p, 1)[0]);

// ---- what is shown

// Shows the answer anew, once for many calls at a time. A problem comes as one sentence, and what was shown stays.
async function refresh() {
  again = running;
  if (running || !network) return;
  running = true;
  try {
    const source = await sources.current();
    if (source.width) answer = ask(source, state); // a camera that is waking has no width yet
    if (answer) draw();
  } catch (problem) {
    fail(problem);
  } finally {
    running = false;
  }
  if (again) refresh();
}

function fail(problem) {
  const ours = problem instanceof Error && problem.constructor === Error; // others are the browser's own
  tell(ours ? problem.message : `That did not work here (${String(problem).slice(0, 100)}): try another picture, or open the page again.`);
}

function draw() {
  const { x, p } = answer;
  const done = caption(sources.isLive() ? "camera" : sources.nameOf(state.photo));
  const total = labels.rollUp(p);
  const words = labels.sentence(p, total);
  const five = labels.best(p).map((place) => [labels.plain(labels.classes[place][1]), p[place]]);
  const where = byId("where").getAttribute("aria-pressed") === "true";
  const map = where && mapOf(answer);
  paint(byId("seen"), where ? lit(asSeen(x), map) : asSeen(x), SIZE);
  byId("seen").setAttribute("aria-label", `The picture as the network sees it: ${state.hide.includes("caption") ? "changed" : done}`);
  byId("caption").textContent = done;
  byId("where-words").hidden = !where;
  if (where) byId("where-name").textContent = `${five[0][0]}: strongest ${strongest(map)}.`;
  byId("sentence").textContent = words;
  bars(byId("bars"), five);
  bars(byId("levels"), labels.levels(p, total));
  teach.show(answer);
  opened.draw(answer);
  announce([...(state.hide.includes("caption") ? [] : [`${done}.`]), ...(state.hide.includes("answer") ? [] : [words])].join(" "));
}

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

function showAll() {
  for (const [name, row] of Object.entries(controls)) {
    row.show(state[name]);
    row.hidden = state.hide.includes(name);
  }
  for (const name of Object.keys(PARTS)) byId(`part-${name}`).hidden = state.hide.includes(name);
  byId("where").hidden = state.hide.includes("answer"); // which names what it shows
  sources.showPhotos();
  showTask();
}

function showTask() {
  const hide = [...byId("hide").querySelectorAll("input:checked")].map((box) => box.value);
  byId("link").value = location.href.split("#")[0] + toLink(hide);
}

function wire() {
  for (const [name, about] of Object.entries(CONTROLS)) {
    controls[name] = control(name, about, (value) => changed(name, value));
    byId("controls").append(controls[name]);
  }
  const hidden = [...Object.entries(CONTROLS).map(([name, { label }]) => [name, label]), ...Object.entries(PARTS)];
  for (const [name, label] of hidden) {
    const box = element("input", { type: "checkbox", value: name, onchange: showTask });
    byId("hide").append(element("label", {}, box, label));
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
    const copied = await navigator.clipboard?.writeText(byId("link").value).then(() => true, () => false);
    byId("copied").textContent = copied ? "Copied." : "This browser does not let a page copy: the link is marked, copy it by hand.";
  };
  sources.wire({ changed, refresh, fail, started: teach.newSession });
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
  opened.wire(values);
  teach.start({ ask: (source) => ask(source, { ...unchanged(), fit: state.fit }), values, frame: sources.frame, refresh, fail });
  await refresh();
}

const ready = start();
ready.catch(fail);
window.course = { ready, classify, probabilities, answer: answerTo, openedNumber: opened.openedNumber, mapOf, teach: teach.steps };
// On a web space; by https, that is: browsers keep workers from pages that came unprotected.
if (location.protocol.startsWith("http") && "serviceWorker" in navigator) {
  document.head.append(element("link", { rel: "manifest", href: "manifest.webmanifest" }));
  document.head.append(element("link", { rel: "apple-touch-icon", href: "icon.png" }));
  navigator.serviceWorker.register("worker.js").catch(() => {}); // without it the page works all the same, but not offline
}
