// What travels inside the page: the network's trained values, the words, our photos. Written there by tests/make/page.py.
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import plain from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.wasm";
import simd from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm";
import { ready, setBackend } from "@tensorflow/tfjs-core";

// The words and photos: {classes, parents, everyday, photos, arrays, joined}.
export const carried = JSON.parse(document.getElementById("words").textContent);

export function bytes(base64) {
  const letters = atob(base64);
  const found = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) found[i] = letters.charCodeAt(i);
  return found;
}

// Numbers of 16 bits (float16: 1 sign, 5 exponent, 10 fraction) as float32, by a table of all 65,536 there are.
let table;
export function fromHalf(halves) {
  table ??= Float32Array.from({ length: 65536 }, (_, bits) => {
    const sign = bits >> 15 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = (bits & 1023) / 1024;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction) : 2 ** -14 * fraction);
  });
  const found = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) found[i] = table[halves[i]];
  return found;
}

// The trained values: a Map from "layer/variable" to {shape, data: Float32Array}.
export function trainedValues() {
  const pieces = [...document.querySelectorAll(".weights")]; // one piece of 12 MB of text takes WebKit half a minute
  const { buffer } = bytes(pieces.map((piece) => piece.textContent).join(""));
  for (const piece of pieces) piece.remove(); // nobody needs them twice
  const values = new Map();
  for (const [name, shape, kind, start] of carried.arrays) {
    const length = shape.reduce((product, side) => product * side, 1);
    const data =
      kind === "float16" ? fromHalf(new Uint16Array(buffer, start, length)) : new Float32Array(buffer, start, length);
    values.set(name, { shape, data });
  }
  return values;
}

// TensorFlow.js with its WebAssembly, which lies in the page too.
export async function wakeTensorFlow() {
  const address = (code) => URL.createObjectURL(new Blob([code], { type: "application/wasm" }));
  setWasmPaths({
    "tfjs-backend-wasm.wasm": address(plain),
    "tfjs-backend-wasm-simd.wasm": address(simd),
    "tfjs-backend-wasm-threaded-simd.wasm": address(simd), // never asked for in a page without threads
  });
  await setBackend("wasm");
  await ready();
}
