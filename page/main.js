import { asSeen, RECIPES } from "./normalizing.js";
import { best, classes } from "./labels.js";
import { build, SIZE } from "./network.js";
import { decode, square } from "./pixels.js";
import { trainedValues, wakeTensorFlow } from "./values.js";

let network;
async function start() {
  await wakeTensorFlow();
  network = build(trainedValues());
}
async function probabilities(blob, { fit = "crop", recipe = "the right one" } = {}) {
  await ready;
  const picture = await decode(blob);
  const found = network(RECIPES[recipe](square(picture, SIZE, fit)));
  picture.close();
  const p = found.p.dataSync();
  Object.values(found).forEach((t) => t.dispose());
  return p;
}
const ready = start();
window.course = { ready, probabilities, async classify(blob, options) {
  const p = await probabilities(blob, options);
  return best(p).map((i) => ({ wnid: classes[i][0], name: classes[i][1], probability: p[i] }));
}};
