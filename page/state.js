// What the controls stand at, and the link that says so: everything after # in the page's address. A task is a link.
import { FITS } from "./pixels.js";
import { RECIPES } from "./normalizing.js";
import { carried } from "./values.js";

const number = (label, value, min, max, step) => ({ label, value, min, max, step });
const choice = (label, options) => ({ label, value: options[0], options });

export const PHOTOS = carried.photos.map(([name]) => name);
export const CONTROLS = {
  fit: choice("Made to fit", Object.keys(FITS)),
  recipe: choice("Normalization", Object.keys(RECIPES)),
  mirror: { label: "Mirror", value: false },
  turn: number("Turn, degrees", 0, -180, 180, 5),
  brightness: number("Brightness, %", 100, 0, 300, 2),
  blur: number("Blur, pixels", 0, 0, 20, 1),
  noise: number("Noise", 0, 0, 150, 5),
  cover: number("Cover, % of the area", 0, 0, 90, 2),
  across: number("Cover, across, %", 50, 0, 100, 5),
  down: number("Cover, down, %", 50, 0, 100, 5),
};
// What else a task may hide, so that the class has to say it first.
export const PARTS = { photos: "The photos", caption: "What was done to the picture", answer: "The answer", levels: "The levels" };

export const unchanged = () => Object.fromEntries(Object.entries(CONTROLS).map(([name, { value }]) => [name, value]));
export const state = { photo: PHOTOS[0], ...unchanged(), hide: [] };

// One value out of a link, or undefined where it is none. Numbers come as they are on the control: in steps, within its ends.
function understood(name, text) {
  if (name === "photo") return PHOTOS.includes(text) ? text : undefined;
  if (!Object.hasOwn(CONTROLS, name)) return undefined;
  const { options, value, min, max } = CONTROLS[name];
  if (options) return options.includes(text) ? text : undefined;
  if (typeof value === "boolean") return { yes: true, no: false }[text];
  return /^-?\d{1,3}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : undefined;
}

// Puts a link's words into the state. Gives one sentence on what was not understood, or "".
export function fromLink(fragment) {
  Object.assign(state, { photo: PHOTOS[0], ...unchanged(), hide: [] });
  const odd = [];
  for (const [name, text] of new URLSearchParams(fragment.replace(/^#/, ""))) {
    if (name === "hide") {
      const wanted = text.split(",");
      state.hide = wanted.filter((one) => Object.hasOwn(CONTROLS, one) || Object.hasOwn(PARTS, one));
      if (state.hide.length < wanted.length) odd.push(name);
      continue;
    }
    const value = understood(name, text);
    if (value === undefined) odd.push(name);
    else state[name] = value;
  }
  if (!odd.length) return "";
  const shown = odd.slice(0, 3).map((name) => `“${name.slice(0, 20)}”`).join(", ");
  return `The link asks for something that this page does not have (${shown}): that part is left out.`;
}

// The words for a link: only what differs from an untouched page. A picture of your own is in no link.
export function toLink(hide = state.hide) {
  const words = new URLSearchParams();
  if (PHOTOS.includes(state.photo)) words.set("photo", state.photo);
  for (const [name, { value }] of Object.entries(CONTROLS)) {
    if (state[name] !== value) words.set(name, state[name] === true ? "yes" : state[name]);
  }
  if (hide.length) words.set("hide", hide.join(","));
  return `#${words}`;
}

// What was done to the picture, in words.
export function caption(shown) {
  const done = [shown, state.fit];
  for (const name of ["turn", "brightness", "blur", "noise", "cover"]) {
    if (state[name] !== CONTROLS[name].value) done.push(`${name} ${state[name]}`);
  }
  if (state.mirror) done.push("mirrored");
  if (state.recipe !== CONTROLS.recipe.value) done.push(`normalized: ${state.recipe}`);
  return done.join(", ");
}
