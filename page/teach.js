// Your own classes: pictures are collected, a softmax layer on the network's 1280 features is trained here, tried live, tested on
// pictures that it has not seen, and saved as a file that Python opens. All of it stays in this device's memory.
import { best } from "./labels.js";
import { build } from "./network.js";
import { decode } from "./pixels.js";
import { open, save } from "./saved.js";
import { head, probabilities } from "./training.js";
import { bars, byId, element, tell } from "./view.js";

const MOST_SHOWN = 12; // small pictures of a class
const LONGEST_NAME = 40;
const classes = []; // {name, pictures: [{features, session}], row}
let page; // what main.js lends: ask(picture), run(x), values, frame(), fail(problem)
let model; // {names, kernel, bias, values, network?}
let session = 0;
let kept = true; // whether everything is in a file, or there is nothing to lose

export const newSession = () => (session += 1);

// What the trained layer says of an answer's picture; a network of a saved model's own is asked anew.
function own(answer) {
  if (!model) return undefined;
  let { features } = answer;
  if (model.network) {
    const found = model.network(answer.x);
    features = found.features.dataSync();
    for (const tensor of Object.values(found)) tensor.dispose();
  }
  return probabilities(model, features);
}

export function show(answer) {
  const p = answer && own(answer);
  byId("own-answer").hidden = !p;
  if (p) bars(byId("own-bars"), best(p, 10).map((place) => [model.names[place], p[place]]));
}

async function add(one, files) {
  newSession();
  for (const file of files) {
    try {
      const picture = await decode(file, file.name?.slice(0, 60));
      keep(one, picture);
      picture.close();
    } catch (problem) {
      page.fail(problem);
    }
    await new Promise((done) => setTimeout(done)); // so that the page stays awake
  }
}

function keep(one, picture) {
  const { features } = page.ask(picture);
  one.pictures.push({ features, session });
  kept = false;
  if (one.pictures.length <= MOST_SHOWN) {
    const small = element("canvas", { width: 56, height: 42 });
    small.getContext("2d").drawImage(picture.drawable, 0, 0, 56, 42);
    one.small.append(small);
  }
  count(one);
}

function count(one) {
  const sessions = new Set(one.pictures.map((picture) => picture.session)).size;
  const plural = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
  one.count.textContent = `${plural(one.pictures.length, "picture")}, from ${plural(sessions, "session")}`;
}

function addClass() {
  const one = { pictures: [], name: `class ${classes.length + 1}`, small: element("div", { className: "small-pictures" }), count: element("p", { className: "small" }) };
  const id = `class-${Date.now()}-${classes.length}`;
  const name = element("input", { id, value: one.name, maxLength: LONGEST_NAME, oninput: () => (one.name = name.value.trim()) });
  const file = element("input", { type: "file", accept: "image/*,.heic,.heif", multiple: true });
  file.onchange = async () => {
    await add(one, [...file.files]);
    file.value = "";
  };
  const still = element("button", { type: "button" }, "From the camera");
  still.onclick = async () => {
    const picture = await page.frame();
    if (picture) keep(one, picture);
  };
  const gone = element("button", { type: "button" }, "Remove");
  gone.onclick = () => {
    classes.splice(classes.indexOf(one), 1);
    one.row.remove();
    byId("add-class").focus();
  };
  for (const button of [still, gone]) button.setAttribute("aria-describedby", id);
  one.row = element("div", { className: "class", role: "group", ariaLabel: "A class" },
    element("label", { htmlFor: id }, "Name"), name,
    element("div", { className: "row" }, element("label", { className: "button" }, "From files", file), still, gone),
    one.count, one.small);
  count(one);
  classes.push(one);
  byId("classes").append(one.row);
  return name;
}

// Which pictures are kept from the training, to test on: of each class with two sessions or more, all of its last session.
export function held(pictures, labels) {
  const last = new Map();
  pictures.forEach(({ session }, i) => last.set(labels[i], [...(last.get(labels[i]) ?? []), session]));
  return pictures.map(({ session }, i) => new Set(last.get(labels[i])).size > 1 && session === last.get(labels[i]).at(-1));
}

// Trains, and says in words how much that is worth.
function learn() {
  const names = classes.map(({ name }) => name);
  if (classes.length < 2) return tell("One class is not enough: add a second one.");
  if (names.some((name) => !name) || new Set(names).size < names.length) return tell("Give each class a name of its own.");
  const poor = classes.find(({ pictures }) => pictures.length < 2);
  if (poor) return tell(`“${poor.name}” has fewer than two pictures: give it two or more, better ten.`);
  tell();
  const pictures = classes.flatMap((one) => one.pictures);
  const labels = classes.flatMap((one, label) => one.pictures.map(() => label));
  const features = pictures.map((picture) => picture.features);
  const out = held(pictures, labels);
  const lines = [`${names.map((name, i) => `${name} ${classes[i].pictures.length}`).join(", ")}.`];
  const only = (wanted) => labels.map((_, i) => i).filter((i) => out[i] === wanted);
  const [test, train] = [only(true), only(false)];
  if (test.length) {
    const tried = head(train.map((i) => features[i]), train.map((i) => labels[i]), names.length);
    const right = test.filter((i) => best(probabilities(tried, features[i]), 1)[0] === labels[i]).length;
    const counts = names.map((_, label) => test.filter((i) => labels[i] === label).length);
    lines.push(`Tested on pictures of a session that it had not seen: ${right} of ${test.length} right. Always saying “${names[counts.indexOf(Math.max(...counts))]}” would be right ${Math.max(...counts)} times.`);
  }
  const alone = classes.filter((one) => new Set(one.pictures.map((picture) => picture.session)).size < 2).map(({ name }) => `“${name}”`);
  if (alone.length) {
    lines.push(`Careful: all pictures of ${alone.join(", ")} are from one session, so nothing tests whether it has learned the thing or the place. Add pictures taken elsewhere, at another time.`);
  }
  lines.push("Then it learned from all pictures. It can only say one of your names, whatever it is shown.");
  const { kernel, bias } = head(features, labels, names.length);
  use({ names, kernel, bias, values: page.values });
  byId("learned").replaceChildren(...lines.map((line) => element("p", {}, line)));
}

function use(next) {
  model?.network?.dispose();
  model = next;
  byId("download").disabled = false;
  page.refresh();
}

export async function load(file) {
  const found = await open(file, page.values);
  if (!found.same) found.network = build(found.values);
  return found;
}

export function start(lent) {
  page = lent;
  addClass();
  addClass();
  byId("add-class").onclick = () => addClass().focus();
  byId("learn").onclick = learn;
  byId("download").onclick = async () => {
    const address = URL.createObjectURL(await save(model));
    element("a", { href: address, download: "my_classes.npz" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    kept = true;
  };
  byId("saved").onchange = async () => {
    tell();
    try {
      const [file] = byId("saved").files;
      use(await load(file));
      byId("learned").replaceChildren(element("p", {}, `Opened. It knows: ${model.names.join(", ").slice(0, 500)}.`));
    } catch (problem) {
      page.fail(problem);
    }
    byId("saved").value = "";
  };
  window.addEventListener("beforeunload", (event) => {
    if (!kept) event.preventDefault(); // the browser asks whether to leave
  });
}

// For outside checks: the same steps, one by one.
export const steps = { head, probabilities, save, load, own: (answer, other) => ((model = other), own(answer)) };
