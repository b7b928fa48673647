// One number of a first-layer feature map, opened: its 3 × 3 × 3 window, the 27 products, the sum, the scale and shift, the clip.
import { scaleAndShift, SIZE } from "./network.js";
import { element } from "./view.js";

// x: the normalized picture. values: the trained values. row, column: a place of the map, which has half the picture's sides.
// "same" padding with a step of 2 adds one line of zeros below and at the right, none above and at the left.
export function opened(x, values, map, row, column) {
  const { shape, data } = values.get("stem_conv/kernel"); // 3 × 3 × 3 × 32
  const { scale, shift } = scaleAndShift(values, "stem");
  const products = [];
  for (let down = 0; down < 3; down++) {
    for (let across = 0; across < 3; across++) {
      for (let colour = 0; colour < 3; colour++) {
        const [y, z] = [2 * row + down, 2 * column + across];
        const value = y < SIZE && z < SIZE ? x[(y * SIZE + z) * 3 + colour] : 0;
        const weight = data[((down * 3 + across) * 3 + colour) * shape[3] + map];
        products.push({ down, across, colour, value, weight, product: value * weight });
      }
    }
  }
  const sum = products.reduce((total, { product }) => total + product, 0);
  const scaled = sum * scale[map] + shift[map];
  return { products, sum, scale: scale[map], shift: shift[map], scaled, number: Math.min(Math.max(scaled, 0), 6) };
}

// The same as tables and a line of text. network: the number that the network itself gave there.
export function show(place, found, network) {
  const short = (value) => value.toFixed(2).replace("-", "−");
  const tables = ["Red", "Green", "Blue"].map((name, colour) => {
    const rows = [0, 1, 2].map((down) => {
      const cells = found.products.filter((one) => one.colour === colour && one.down === down);
      const text = ({ value, weight, product }) => [
        element("span", {}, short(value)),
        element("span", {}, `× ${short(weight)}`),
        element("b", {}, `= ${short(product)}`),
      ];
      return element("tr", {}, ...cells.map((one) => element("td", {}, ...text(one))));
    });
    return element("table", { className: `products ${name.toLowerCase()}` }, element("caption", {}, name), element("tbody", {}, ...rows));
  });
  const { sum, scale, shift, scaled, number } = found;
  const clip = scaled < 0 ? "below 0, so it becomes 0" : scaled > 6 ? "above 6, so it becomes 6" : "between 0 and 6, so it stays";
  const lines = [
    `The 27 products add up to ${short(sum)}.`,
    `Times the scale ${short(scale)}, plus the shift ${short(shift)}: ${short(scaled)}, ${clip}.`,
    `Reckoned here: ${number.toFixed(4)}. The network's own: ${network.toFixed(4)}.`,
  ];
  place.replaceChildren(...tables, element("div", {}, ...lines.map((line) => element("p", {}, line))));
}
