// Where a name came from: the last feature maps times the weights of its class, as lesson 10's Grad-CAM on this network.
// In: maps, side × side × channels; the last layer's kernel, channels × classes. Out: Float32Array, side × side, 0 to 1.
export function classMap(maps, kernel, classes, index) {
  const channels = kernel.length / classes;
  const found = new Float32Array(maps.length / channels);
  for (let place = 0; place < found.length; place++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += maps[place * channels + channel] * kernel[channel * classes + index];
    }
    found[place] = Math.max(sum, 0);
  }
  const most = Math.max(...found);
  return most > 0 ? found.map((value) => value / most) : found;
}

// The picture, left as it is where the map is strong, and dark where it is weak.
export function lit(picture, map) {
  const size = Math.sqrt(picture.length / 3);
  const side = Math.sqrt(map.length);
  const inside = (place) => Math.min(Math.max(place, 0), side - 1);
  function at(x, y) { // between the middles of four squares of the map
    const [across, down] = [((x + 0.5) * side) / size - 0.5, ((y + 0.5) * side) / size - 0.5];
    const [left, top] = [Math.floor(across), Math.floor(down)];
    const line = (row) => {
      const [one, two] = [left, left + 1].map((column) => map[inside(row) * side + inside(column)]);
      return one + (two - one) * (across - left);
    };
    return line(top) + (line(top + 1) - line(top)) * (down - top);
  }
  const found = new Uint8ClampedArray(picture.length);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const light = 0.2 + 0.8 * at(x, y);
      for (let colour = 0; colour < 3; colour++, i++) found[i] = picture[i] * light;
    }
  }
  return found;
}

// Where the map is strongest, in words.
export function strongest(map) {
  const side = Math.sqrt(map.length);
  const place = map.indexOf(Math.max(...map));
  if (!map[place]) return "nowhere";
  const third = (i) => Math.min(Math.floor((3 * i) / side), 2);
  const down = ["at the top", "in the middle", "at the bottom"][third(Math.floor(place / side))];
  const across = [", left", "", ", right"][third(place % side)];
  return down + across;
}
