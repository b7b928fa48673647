// What can happen to a picture on its way, each change one function, as helpers/widgets/changes.py has them.
// In and out: RGB, Uint8ClampedArray of size × size × 3; what comes in is never changed. Only the noise is not the same as
// Python's: it comes from other random numbers.

const sizeOf = (picture) => Math.sqrt(picture.length / 3);

// A new picture, made pixel by pixel: at(x, y, colour) gives a number.
function drawn(picture, at) {
  const size = sizeOf(picture);
  const found = new Uint8ClampedArray(picture.length);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++) for (let colour = 0; colour < 3; colour++) found[i++] = at(x, y, colour);
  }
  return found;
}

export function mirrored(picture) {
  const size = sizeOf(picture);
  return drawn(picture, (x, y, colour) => picture[(y * size + size - 1 - x) * 3 + colour]);
}

// Turned about its middle, counter-clockwise, bicubic; the corners that come in are black.
export function turned(picture, degrees) {
  const size = sizeOf(picture);
  const [cosine, sine] = [Math.cos, Math.sin].map((wave) => Number(wave((-degrees * Math.PI) / 180).toFixed(15)));
  const inside = (place) => Math.min(Math.max(place, 0), size - 1);
  function between(before, one, two, after, part) {
    const slope = two - before;
    const bend = 2 * (before - one) + two - after;
    return one + part * (slope + part * (bend + part * (one - before + after - two)));
  }
  return drawn(picture, (x, y, colour) => {
    const [across, down] = [x + 0.5 - size / 2, y + 0.5 - size / 2];
    const [fromX, fromY] = [cosine * across + sine * down + size / 2, cosine * down - sine * across + size / 2];
    if (fromX < 0 || fromY < 0 || fromX >= size || fromY >= size) return 0;
    const [left, top] = [Math.floor(fromX - 0.5), Math.floor(fromY - 0.5)];
    const lines = [-1, 0, 1, 2].map((row) => {
      const four = [-1, 0, 1, 2].map((i) => picture[(inside(top + row) * size + inside(left + i)) * 3 + colour]);
      return between(...four, fromX - 0.5 - left);
    });
    return Math.trunc(between(...lines, fromY - 0.5 - top));
  });
}

// Each value times a factor: 1 changes nothing, 0 is black; what would be over 255 stays at 255.
export const brightened = (picture, factor) => picture.map((value) => Math.trunc(Math.min(value * factor, 255)));

// Blurred by a Gaussian of that radius, in pixels: three boxes in each direction come so near to it that nobody sees it.
export function blurred(picture, radius) {
  const variance = radius ** 2 / 3;
  const whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const part = ((2 * whole + 1) * (whole * (whole + 1) - 3 * variance)) / (6 * (variance - (whole + 1) ** 2));
  const weight = 1 / (2 * (whole + part) + 1);
  const atTheEnds = (1 - weight * (2 * whole + 1)) / 2;
  const size = sizeOf(picture);
  const inside = (place) => Math.min(Math.max(place, 0), size - 1);
  const box = (from, stepX, stepY) =>
    drawn(from, (x, y, colour) => {
      const value = (i) => from[(inside(y + i * stepY) * size + inside(x + i * stepX)) * 3 + colour];
      let sum = 0;
      for (let i = -whole; i <= whole; i++) sum += value(i);
      return sum * weight + atTheEnds * (value(-whole - 1) + value(whole + 1));
    });
  for (const [stepX, stepY] of [[1, 0], [0, 1]]) for (let i = 0; i < 3; i++) picture = box(picture, stepX, stepY);
  return picture;
}

// Random numbers, most of them between -2 and 2, the same each time (Box and Muller's way).
function* normals() {
  let seed = 1;
  const random = () => {
    seed = (seed * 48271) % 2147483647;
    return seed / 2147483647;
  };
  while (true) yield Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
}

export function noisy(picture, spread) {
  const random = normals();
  return picture.map((value) => Math.min(Math.max(value + spread * random.next().value, 0), 255));
}

// With a black square over that part (0 to 1) of the area. across, down: where its middle is; it stays inside.
export function covered(picture, part, across, down) {
  const size = sizeOf(picture);
  const side = Math.min(Math.round(size * Math.sqrt(part)), size);
  const [left, top] = [across, down].map((place) => Math.min(Math.max(Math.round(place * size - side / 2), 0), size - side));
  const hit = (place, start) => place >= start && place < start + side;
  return drawn(picture, (x, y, colour) => (hit(x, left) && hit(y, top) ? 0 : picture[(y * size + x) * 3 + colour]));
}

// All changes one after the other; those that change nothing are left out. state: the controls, as state.js has them.
export function allOf(picture, { mirror, turn, brightness, blur, noise, cover, across, down }) {
  if (mirror) picture = mirrored(picture);
  if (turn % 360) picture = turned(picture, turn);
  if (brightness !== 100) picture = brightened(picture, brightness / 100);
  if (blur) picture = blurred(picture, blur);
  if (noise) picture = noisy(picture, noise);
  if (cover) picture = covered(picture, cover / 100, across / 100, down / 100);
  return picture;
}
