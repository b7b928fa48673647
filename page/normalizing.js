// Joint 4 of the pipe: pixels, 0 to 255 → the numbers that the network was trained on. The right way and the wrong ones of
// helpers/widgets/changes.py, under the same names. In: RGB, size × size × 3. Out: Float32Array of the same length.

const each = (pixels, change) => Float32Array.from(pixels, change);
const right = (pixels) => each(pixels, (value) => (value - 127) / 128);
const MEAN = [103.939, 116.779, 123.68]; // of blue, green and red in ImageNet

export const RECIPES = {
  "the right one": right,
  "0 to 1": (pixels) => each(pixels, (value) => value / 255),
  "VGG16's and ResNet50's": (pixels) => each(pixels, (_, i) => pixels[i - (i % 3) + 2 - (i % 3)] - MEAN[i % 3]),
  "InceptionV3's": (pixels) => each(pixels, (value) => value / 127.5 - 1),
  "none: 0 to 255": (pixels) => each(pixels, (value) => value),
  "the right one, twice": (pixels) => right(right(pixels)),
};

// The picture that the network takes these numbers for: the one which, normalized rightly, comes nearest to them.
export const asSeen = (x) => Uint8ClampedArray.from(x, (value) => value * 128 + 127); // which rounds, and keeps to 0 to 255
