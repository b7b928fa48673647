// Joints 1 to 3 of the pipe: file → pixels → resized. The browser decodes the file, at full size, turns it upright and takes
// its colours to sRGB; crop, squash, pad and bicubic are done here, number for number as Pillow does them for helpers/images.py.

const MOST_PIXELS = 50_000_000; // as helpers/files: 200 MB once it is open
const STRIP = 2 ** 22; // pixels read at a time: a whole photo in one canvas is too much for some telephones
const PRECISION = 2 ** 22; // Pillow reckons in whole numbers: weights in parts of this

// A picture in a file: {width, height, rows}, where rows(top, count) gives the RGBA bytes of some rows.
// Raises Error with one plain sentence.
export async function decode(blob, name = "This file") {
  if (!blob.size) throw new Error(`${name} is empty (0 bytes): choose it again.`);
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob, { imageOrientation: "from-image", premultiplyAlpha: "none" });
  } catch {
    throw new Error(await whyNot(blob, name));
  }
  const { width, height } = bitmap;
  if (width * height > MOST_PIXELS) {
    bitmap.close();
    throw new Error(`${name} has more than ${MOST_PIXELS / 1e6} million pixels, too many to open safely: make it smaller first.`);
  }
  return fromDrawable(bitmap, width, height);
}

// A picture from anything that a canvas can draw: a decoded file, a frame of the camera.
export function fromDrawable(drawable, width, height) {
  const canvas = document.createElement("canvas");
  function rows(top, count) {
    canvas.width = width; // which also empties it
    canvas.height = count;
    const pen = canvas.getContext("2d", { willReadFrequently: true, colorSpace: "srgb" });
    if (!pen) throw new Error("This device is out of memory: close other tabs, or choose a smaller picture.");
    pen.fillStyle = "white"; // transparent parts come on white
    pen.fillRect(0, 0, width, count);
    pen.drawImage(drawable, 0, top, width, count, 0, 0, width, count);
    return pen.getImageData(0, 0, width, count).data;
  }
  return { width, height, rows, drawable, close: () => drawable.close?.() };
}

// Why a file that the browser cannot decode is none, by its first bytes.
async function whyNot(blob, name) {
  const start = new Uint8Array(await blob.slice(0, 12).arrayBuffer().catch(() => new ArrayBuffer(0)));
  const letters = String.fromCharCode(...start);
  if (/^....ftyp(hei|hev|mif|msf)/s.test(letters)) {
    return `${name} is a HEIC photo, which this browser cannot open: save it as JPEG, or send it to yourself as "most compatible".`;
  }
  const looksRight = /^(\xff\xd8\xff|\x89PNG|GIF8|BM|RIFF....WEBP)/s.test(letters);
  return looksRight
    ? `${name} is damaged, cut off or too large for this device: copy or download it again, or make it smaller.`
    : `${name} is not a picture that this browser can open: choose a JPEG or PNG.`;
}

const even = (number) => {
  // To the nearest whole number, halves to the even one, as Python rounds.
  const floor = Math.floor(number);
  if (number - floor !== 0.5) return Math.round(number);
  return floor % 2 ? floor + 1 : floor;
};

// The ways to make a picture fit, the usual one first, each: the part of the picture that is taken, and where it goes.
export const FITS = {
  crop({ width, height }, size) {
    const side = Math.min(width, height);
    const [left, top] = [(width - side) / 2, (height - side) / 2];
    return { box: [left, top, left + side, top + side], to: [size, size], at: [0, 0] };
  },
  squash({ width, height }, size) {
    return { box: [0, 0, width, height], to: [size, size], at: [0, 0] };
  },
  pad({ width, height }, size) {
    const scale = size / Math.max(width, height);
    const to = [Math.max(1, even(width * scale)), Math.max(1, even(height * scale))];
    return { box: [0, 0, width, height], to, at: [Math.floor((size - to[0]) / 2), Math.floor((size - to[1]) / 2)] };
  },
};

// A square picture, bicubic: RGB, Uint8ClampedArray of size × size × 3; black where nothing comes to lie.
export function square(picture, size, fit = "crop") {
  const { box, to, at } = FITS[fit](picture, size);
  const small = resize(picture, box, to);
  const found = new Uint8ClampedArray(size * size * 3);
  for (let y = 0; y < to[1]; y++) found.set(small.subarray(y * to[0] * 3, (y + 1) * to[0] * 3), ((y + at[1]) * size + at[0]) * 3);
  return found;
}

// First across, strip by strip, then down; a picture that is of the right size already goes through untouched.
function resize(picture, [left, top, right, bottom], [width, height]) {
  const across = weights(picture.width, left, right, width);
  const down = weights(picture.height, top, bottom, height);
  const first = down[0].start;
  const count = Math.max(...down.map(({ start, parts }) => start + parts.length)) - first;
  const narrow = new Uint8ClampedArray(width * count * 3);
  const strip = Math.max(1, Math.floor(STRIP / picture.width));
  for (let y = 0; y < count; y += strip) {
    const some = Math.min(strip, count - y);
    const rgba = picture.rows(first + y, some);
    for (let row = 0; row < some; row++) {
      weigh(rgba, row * picture.width * 4, 4, narrow, (y + row) * width * 3, 3, across);
    }
  }
  const found = new Uint8ClampedArray(width * height * 3);
  const shifted = down.map(({ start, parts }) => ({ start: start - first, parts }));
  for (let x = 0; x < width; x++) weigh(narrow, x * 3, width * 3, found, x * 3, width * 3, shifted);
  return found;
}

// One line: each value of the new line is a weighted sum of values of the old one, rounded to a whole number from 0 to 255.
function weigh(from, start, step, to, place, stride, line) {
  for (const { start: begin, parts } of line) {
    for (let colour = 0; colour < 3; colour++) {
      let sum = PRECISION / 2;
      for (let i = 0, at = start + begin * step + colour; i < parts.length; i++, at += step) sum += parts[i] * from[at];
      to[place + colour] = Math.floor(sum / PRECISION);
    }
    place += stride;
  }
}

// For each pixel of the new line: where its pixels of the old line begin, and what each of them weighs.
// Made smaller, the curve is stretched, so that every old pixel counts: this is what keeps fine lines from flickering.
function weights(length, from, to, count) {
  const scale = (to - from) / count;
  const stretch = Math.max(1, scale);
  return Array.from({ length: count }, (_, place) => {
    const centre = from + (place + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - 2 * stretch + 0.5));
    const end = Math.min(length, Math.trunc(centre + 2 * stretch + 0.5));
    const curve = Array.from({ length: end - start }, (_, i) => bicubic((i + start - centre + 0.5) / stretch));
    const all = curve.reduce((sum, weight) => sum + weight, 0);
    return { start, parts: curve.map((weight) => Math.trunc((weight / all) * PRECISION + Math.sign(weight) * 0.5)) };
  });
}

// Keys' curve with a = -0.5: 1 in the middle, a little below 0 from 1 to 2, and 0 from there on.
export function bicubic(x) {
  x = Math.abs(x);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * (((x - 5) * x + 8) * x - 4) : 0;
}
