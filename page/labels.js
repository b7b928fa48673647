// Joint 6 of the pipe: 1000 probabilities → names, and the wider words above them, as helpers/labels.py has them.
import { carried } from "./values.js";

const SURE = 0.8; // from here on `sentence` commits itself
export const { classes } = carried; // [wnid, name], in the order of the network's outputs
const { everyday, parents } = carried; // word → wnid; wnid → the wnids right above it

export const plain = (name) => name.replaceAll("_", " ");

export function percent(share) {
  if (share < 0.0005) return "under 0.1 %";
  return share < 0.01 ? `${(100 * share).toFixed(1)} %` : `${(100 * share).toFixed(0)} %`;
}

// As `percent`, but never 100 %, since no network is certain.
export const sure = (share) => (share >= 0.995 ? "over 99 %" : percent(share));

// The places of the most probable classes, the best first.
export function best(p, top = 5) {
  return Array.from(p.keys()).sort((a, b) => p[b] - p[a] || a - b).slice(0, top);
}

// All nouns above a noun in WordNet, nearest first, none twice.
const kept = new Map();
export function ancestors(wnid) {
  if (!kept.has(wnid)) {
    const found = [...parents[wnid]];
    for (const noun of found) found.push(...parents[noun].filter((parent) => !found.includes(parent))); // grows on the way
    kept.set(wnid, found);
  }
  return kept.get(wnid);
}

// Sums the probabilities up WordNet: an object from the wnid of each class and noun to its probability.
export function rollUp(p) {
  const total = Object.fromEntries(Object.keys(parents).map((noun) => [noun, 0]));
  classes.forEach(([wnid], place) => {
    for (const noun of [wnid, ...ancestors(wnid)]) total[noun] += p[place];
  });
  return total;
}

// What a careful person would say: the most specific everyday word that is at least 80 % sure.
export function sentence(p, total = rollUp(p)) {
  const known = new Map(Object.entries(everyday).map(([word, noun]) => [noun, word]).filter(([noun]) => total[noun] >= SURE));
  const below = classes.filter(([wnid]) => ancestors(wnid).some((noun) => known.has(noun)));
  const [wnid, name] = (below.length ? below : classes).reduce((a, b) => (total[b[0]] > total[a[0]] ? b : a));
  const share = sure(total[wnid]);
  if (!known.size) return total[wnid] >= SURE ? `${share} sure: ${plain(name)}.` : `Not sure: ${plain(name)} leads with ${share}.`;
  const above = ancestors(wnid).filter((noun) => known.has(noun));
  const noun = above.find((one) => !above.some((other) => ancestors(other).includes(one))); // the nearest of the narrowest
  return `${sure(total[noun])} sure it is ${known.get(noun)}; ${share} for ${plain(name)} alone.`;
}

// How sure at which level: [word, share] of the everyday words above the best class, the widest first, then the class.
export function levels(p, total = rollUp(p)) {
  const [first] = best(p, 1);
  const words = new Map(Object.entries(everyday).map(([word, noun]) => [noun, word]));
  const above = ancestors(classes[first][0]).filter((noun) => words.has(noun));
  above.sort((a, b) => total[b] - total[a] || ancestors(a).length - ancestors(b).length);
  return [...above.map((noun) => [words.get(noun), total[noun]]), [plain(classes[first][1]), p[first]]];
}
