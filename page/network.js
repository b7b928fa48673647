// Joint 5 of the pipe: normalized → network → 1000 probabilities. EfficientNet-Lite0, layer by layer, in the names of
// helpers/networks/efficientnet_lite.py; TensorFlow.js does the arithmetic.
import * as tf from "@tensorflow/tfjs-core";

export const SIZE = 224; // height and width of the input, in pixels
const EPSILON = 1e-3; // of every batch-norm

// One row a stage: repeats, kernel size, stride, expansion, output channels.
const STAGES = [
  [1, 3, 1, 1, 16],
  [2, 3, 2, 6, 24],
  [2, 5, 2, 6, 40],
  [3, 3, 2, 6, 80],
  [3, 5, 1, 6, 112],
  [4, 5, 2, 6, 192],
  [1, 3, 1, 6, 320],
];

// Each block as [stride, expansion, output channels], in order.
function* blocks() {
  for (const [repeats, , stride, expansion, channels] of STAGES) {
    for (let i = 0; i < repeats; i++) yield [i === 0 ? stride : 1, expansion, channels];
  }
}

// A batch-norm at work is one factor and one summand for each channel.
export function scaleAndShift(values, label) {
  const [gamma, beta, mean, variance] = ["gamma", "beta", "moving_mean", "moving_variance"].map(
    (what) => values.get(`${label}_bn/${what}`).data,
  );
  const scale = gamma.map((g, i) => g / Math.sqrt(variance[i] + EPSILON));
  return { scale, shift: beta.map((b, i) => b - mean[i] * scale[i]) };
}

// Builds the network from its trained values, a Map from "layer/variable" to {shape, data}. Gives a function from a
// normalized picture, a Float32Array of SIZE × SIZE × 3, to what comes out on the way, as tensors: stem (the first feature
// maps), maps (the last), features (their 1280 averages) and, where the values have the last layer, p (the probabilities).
export function build(values) {
  const weights = [];
  const keep = (tensor) => {
    weights.push(tf.keep(tensor));
    return tensor;
  };

  // A convolution, its batch-norm and ReLU6 in one. The factor goes into the kernel: the same numbers in less time.
  function convolution(label, kind, relu = true) {
    const { shape, data } = values.get(`${label}_conv/kernel`);
    const { scale, shift } = scaleAndShift(values, label);
    const channel = kind === "depthwiseConv2d" ? (i) => i % shape[2] : (i) => i % shape[3];
    const filter = keep(tf.tensor4d(data.map((w, i) => w * scale[channel(i)]), shape));
    const bias = keep(tf.tensor1d(shift));
    return (x, strides = 1) =>
      tf.fused[kind]({ x, filter, bias, strides, pad: "same", activation: relu ? "relu6" : "linear" });
  }

  const stem = convolution("stem", "conv2d");
  const steps = [...blocks()].map(([stride, expansion, channels], i) => {
    const label = `block${i + 1}`;
    const expand = expansion > 1 ? convolution(`${label}_expand`, "conv2d") : (x) => x;
    const depth = convolution(`${label}_depth`, "depthwiseConv2d");
    const project = convolution(`${label}_project`, "conv2d", false);
    return (x) => {
      const y = project(depth(expand(x), stride));
      return stride === 1 && x.shape[3] === channels ? tf.add(y, x) : y;
    };
  });
  const head = convolution("head", "conv2d");
  const last = ["kernel", "bias"].map((what) => values.get(`predictions/${what}`));
  const [kernel, bias] = last.map((value) => value && keep(tf.tensor(value.data, value.shape)));

  function network(pixels) {
    return tf.tidy(() => {
      const first = stem(tf.tensor4d(pixels, [1, SIZE, SIZE, 3]), 2);
      const maps = head(steps.reduce((x, step) => step(x), first));
      const features = tf.mean(maps, [1, 2]);
      const p = kernel && tf.softmax(tf.add(tf.matMul(features, kernel), bias));
      return { stem: first, maps, features, ...(p && { p }) };
    });
  }
  network.dispose = () => weights.forEach((tensor) => tensor.dispose());
  return network;
}
