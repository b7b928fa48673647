// A model of your own classes as one file, the same that helpers/transfer/joined.py writes and reads: lesson 11 opens what is
// saved here, and here opens what lesson 11 saved.
import * as npz from "./npz.js";
import { SIZE } from "./network.js";
import { carried } from "./values.js";

const NETWORK = "EfficientNet-Lite0";
const OWN = "your_classes";
const MOST_CLASSES = 200; // more than a page can show
const LONGEST_NAME = 1000;
const CHANNELS = 1280;

// The step before the network that turns pixels into what it was trained on: (pixel - 127) / 128, as a 1 × 1 convolution.
const normalization = () => [
  ["normalization/kernel", { shape: [1, 1, 3, 3], data: Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1).map((value) => value / 128) }],
  ["normalization/bias", { shape: [3], data: Float32Array.of(-127, -127, -127).map((value) => value / 128) }],
];

// model: {names, kernel, bias, values}, where values are the network's own, a Map. Gives a Blob.
export function save({ names, kernel, bias, values }) {
  const all = new Map([...values, ...normalization()]);
  all.set(`${OWN}/kernel`, { shape: [CHANNELS, names.length], data: kernel });
  all.set(`${OWN}/bias`, { shape: [names.length], data: bias });
  const arrays = new Map(carried.joined.map(([there, here]) => [there, all.get(here)]));
  arrays.set("about/network", { shape: [], data: NETWORK });
  arrays.set("about/size", { shape: [], data: SIZE });
  arrays.set("about/names", { shape: [names.length], data: names });
  return npz.write(arrays);
}

// Reads such a file: {names, kernel, bias, values, same}; same: whether its network is the page's own, number for number.
// own: the trained values of the page. Raises Error with one plain sentence.
export async function open(file, own) {
  const called = (file.name || "This file").slice(0, 60);
  const damaged = `${called} is damaged, or was not written by this page or by transfer.save: save the model again.`;
  let arrays;
  try {
    arrays = await npz.read(file);
  } catch {
    throw new Error(damaged);
  }
  const about = ["network", "size", "names"].map((what) => arrays.get(`about/${what}`)?.data);
  const [[network] = [], [size] = [], names] = about.map((data) => (Array.isArray(data) ? data : undefined));
  if (!names?.length || typeof network !== "string") throw new Error(damaged);
  if (network !== NETWORK || size !== SIZE) {
    throw new Error(`${called} holds a model on ${network.slice(0, 40)}, and this page has ${NETWORK} at ${SIZE} pixels only: open it in lesson 11.`);
  }
  const fit = names.length <= MOST_CLASSES && names.every((name) => typeof name === "string" && name.length <= LONGEST_NAME);
  const values = new Map();
  const shapes = new Map([[`${OWN}/kernel`, [CHANNELS, names.length]], [`${OWN}/bias`, [names.length]]]);
  for (const [name, { shape }] of [...own, ...normalization()]) shapes.set(name, shape);
  let same = true;
  for (const [there, here] of carried.joined) {
    const [found, wanted] = [arrays.get(there), shapes.get(here)];
    if (!fit || !(found?.data instanceof Float32Array) || found.shape.join() !== wanted.join()) throw new Error(damaged);
    if (!found.data.every(Number.isFinite)) {
      throw new Error(`${called} holds values that are not numbers, so its model cannot answer: train and save it again.`);
    }
    values.set(here, found);
    if (own.has(here)) same &&= found.data.every((value, i) => value === own.get(here).data[i]);
  }
  for (const [here, { data }] of normalization()) {
    if (!data.every((value, i) => Math.abs(value - values.get(here).data[i]) < 1e-6)) throw new Error(damaged);
  }
  return { names, kernel: values.get(`${OWN}/kernel`).data, bias: values.get(`${OWN}/bias`).data, values, same };
}
