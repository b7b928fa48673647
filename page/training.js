// One softmax layer on features, trained from zeros as helpers/transfer/training.py does it: Adam, 100 steps, all pictures in
// each, rare classes weighing more. In: features, a list of Float32Array of one length; labels, whole numbers from 0.

const [RATE, FIRST, SECOND, TINY] = [0.003, 0.9, 0.999, 1e-7]; // Adam's, as Keras has them

// A weight for each picture, so that every class counts the same in all and the mean weight is 1.
export function balance(labels) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.map((label) => labels.length / counts.size / counts.get(label));
}

// The probabilities of each class, for the features of one picture. kernel: channels × classes. bias: classes.
export function probabilities({ kernel, bias }, features) {
  const scores = Float64Array.from(bias);
  const classes = bias.length;
  for (let channel = 0; channel < features.length; channel++) {
    const value = features[channel];
    if (value) for (let c = 0; c < classes; c++) scores[c] += value * kernel[channel * classes + c];
  }
  const most = Math.max(...scores);
  const parts = scores.map((score) => Math.exp(score - most));
  const sum = parts.reduce((a, b) => a + b, 0);
  return parts.map((part) => part / sum);
}

// Moves some weights one step down the slope; `step` counts from 1.
function adam(weights, slope, state, step) {
  const rate = (RATE * Math.sqrt(1 - SECOND ** step)) / (1 - FIRST ** step);
  for (let i = 0; i < weights.length; i++) {
    state.mean[i] += (slope[i] - state.mean[i]) * (1 - FIRST);
    state.square[i] += (slope[i] ** 2 - state.square[i]) * (1 - SECOND);
    weights[i] -= (rate * state.mean[i]) / (Math.sqrt(state.square[i]) + TINY);
  }
}

export function head(features, labels, classes, epochs = 100) {
  const channels = features[0].length;
  const weight = balance(labels);
  const zeros = (length) => new Float32Array(length);
  const layer = { kernel: zeros(channels * classes), bias: zeros(classes) };
  const states = [layer.kernel, layer.bias].map(({ length }) => ({ mean: zeros(length), square: zeros(length) }));
  for (let step = 1; step <= epochs; step++) {
    const [slope, biasSlope] = [zeros(channels * classes), zeros(classes)];
    features.forEach((picture, i) => {
      const p = probabilities(layer, picture);
      p[labels[i]] -= 1; // the slope of the loss: what was said, less what was right
      for (let c = 0; c < classes; c++) p[c] *= weight[i] / features.length;
      for (let c = 0; c < classes; c++) biasSlope[c] += p[c];
      for (let channel = 0; channel < channels; channel++) {
        const value = picture[channel];
        if (value) for (let c = 0; c < classes; c++) slope[channel * classes + c] += value * p[c];
      }
    });
    adam(layer.kernel, slope, states[0], step);
    adam(layer.bias, biasSlope, states[1], step);
  }
  return layer;
}
