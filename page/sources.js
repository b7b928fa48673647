// Where a picture comes from: our photos, files that are picked, dropped or pasted, the camera. Names are text, never markup.
import * as camera from "./camera.js";
import { decode } from "./pixels.js";
import { PHOTOS, state } from "./state.js";
import { bytes, carried } from "./values.js";
import { byId, element, tell } from "./view.js";

const MOST_OWN = 24; // pictures of one's own that are kept: the last ones
const LONGEST_NAME = 60; // characters that are shown
const own = new Map(); // name → file
const addresses = new Map(); // file → the address of its small picture
let page; // what main.js lends: changed(name, value), refresh(), fail(problem), started()
let picture, shown; // the picture that is open, and its name

const video = byId("video");
export const isLive = () => camera.isOn(video);

export function nameOf(name) {
  return PHOTOS.includes(name) && !own.has(name) ? carried.photos[PHOTOS.indexOf(name)][1] : name;
}

// The picture that is chosen, opened once; or what the camera sees now.
export async function current() {
  if (isLive()) return camera.frame(video);
  if (shown !== state.photo) {
    const name = state.photo;
    const ours = () => new Blob([bytes(carried.photos[PHOTOS.indexOf(name)][2])], { type: "image/jpeg" });
    const opened = await decode(own.get(name) ?? ours(), name);
    picture?.close();
    [picture, shown] = [opened, name];
  }
  return picture;
}

function choose(name) {
  if (isLive()) stopCamera();
  page.changed("photo", name);
  showPhotos();
}

async function take(files) {
  tell();
  for (const file of files) {
    const name = freeName((file.name || "pasted picture").slice(0, LONGEST_NAME));
    try {
      (await decode(file, name)).close();
    } catch (problem) {
      page.fail(problem);
      continue;
    }
    own.set(name, file);
    if (own.size > MOST_OWN) forget(own.keys().next().value);
    choose(name);
  }
}

// Lets a picture of one's own go, and the address that would keep it in memory.
function forget(name) {
  const file = own.get(name);
  URL.revokeObjectURL(addresses.get(file));
  addresses.delete(file);
  own.delete(name);
}

function freeName(name) {
  let free = name;
  for (let i = 2; own.has(free) || PHOTOS.includes(free); i++) free = `${name} (${i})`;
  return free;
}

export function showPhotos() {
  const all = [...[...own].reverse(), ...carried.photos.map(([name, , photo]) => [name, photo])];
  const buttons = all.map(([name, photo]) => {
    if (!addresses.has(photo)) {
      addresses.set(photo, photo instanceof Blob ? URL.createObjectURL(photo) : `data:image/jpeg;base64,${photo}`);
    }
    const button = element("button", { type: "button", attributes: { "aria-pressed": name === state.photo } });
    button.append(element("img", { src: addresses.get(photo), alt: nameOf(name) }));
    button.onclick = () => {
      tell();
      choose(name);
      byId("photos").querySelector("[aria-pressed=true]")?.focus();
    };
    return button;
  });
  byId("photos").replaceChildren(...buttons);
}

function stopCamera() {
  camera.stop(video);
  byId("camera").textContent = "Camera";
  byId("camera-view").hidden = true;
}

async function toggleCamera() {
  if (isLive()) {
    stopCamera();
    page.refresh();
    return;
  }
  tell();
  try {
    await camera.start(video);
  } catch (problem) {
    page.fail(problem);
    byId("take-photo").hidden = false; // the device's own camera, by way of the file picker
    return;
  }
  byId("camera").textContent = "Stop the camera";
  byId("camera-view").hidden = false;
  page.started();
  follow();
}

// One frame for the classes of one's own; where the camera is off, it is started first.
export async function frame() {
  if (isLive()) return camera.frame(video);
  await toggleCamera();
  return undefined;
}

// Live: one frame after the other, as fast as the device can, and none while nobody looks.
async function follow() {
  let frames = 0;
  let since = performance.now();
  while (isLive()) {
    if (!document.hidden) await page.refresh();
    frames += 1;
    const seconds = (performance.now() - since) / 1000;
    if (seconds > 2) {
      byId("rate").textContent = `${(frames / seconds).toFixed(1)} pictures a second`;
      [frames, since] = [0, performance.now()];
    }
    await new Promise((done) => setTimeout(done, document.hidden ? 500 : 10));
  }
}

export function wire(lent) {
  page = lent;
  byId("camera").onclick = toggleCamera;
  byId("still").onclick = async () => {
    const file = await camera.still(video);
    if (file) take([new File([file], "still")]);
  };
  for (const id of ["file", "capture"]) {
    byId(id).onchange = async () => {
      await take([...byId(id).files]);
      byId(id).value = "";
    };
  }
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
}
