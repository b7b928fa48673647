// NumPy's .npz: a zip of arrays, each with a line that says what it is. Written whole, as np.savez does; read from anybody, so
// that nothing in it is believed before it is checked. In and out: a Map from name to {shape, data}; data: Float32Array,
// a list of texts, or one whole number.

const MOST_ARRAYS = 10_000;
const MOST_BYTES = 2 ** 28; // unpacked, of all: twenty times the network
const STORED = 0;
const DEFLATED = 8;

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let i = 0; i < 8; i++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});
function checksum(bytes) {
  let sum = -1;
  for (const byte of bytes) sum = CRC[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ -1) >>> 0;
}

// An array as a .npy file.
function npy({ shape, data }) {
  const texts = typeof data === "string" ? [data] : data;
  let [kind, values] = ["<f4", data];
  if (typeof data === "number") [kind, values] = ["<i8", BigInt64Array.of(BigInt(data))];
  if (typeof texts[0] === "string") {
    const letters = texts.map((text) => [...text].map((letter) => letter.codePointAt(0)));
    const longest = Math.max(1, ...letters.map(({ length }) => length));
    kind = `<U${longest}`;
    values = new Uint32Array(texts.length * longest);
    letters.forEach((row, i) => values.set(row, i * longest));
  }
  const sides = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const about = `{'descr': '${kind}', 'fortran_order': False, 'shape': ${sides}, }`;
  const line = `${about.padEnd(Math.ceil((about.length + 11) / 64) * 64 - 11)}\n`;
  const head = Uint8Array.from([0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0, line.length & 255, line.length >> 8]);
  const text = new TextEncoder().encode(line);
  return [head, text, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

// Numbers of 2 or 4 bytes, one after the other, as zip files have them: [[bytes, value], …].
function record(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [bytes]) => sum + bytes, 0)));
  let place = 0;
  for (const [bytes, value] of fields) {
    if (bytes === 2) view.setUint16(place, value, true);
    else view.setUint32(place, value, true);
    place += bytes;
  }
  return new Uint8Array(view.buffer);
}

export async function write(arrays) {
  const [pieces, list] = [[], []];
  let place = 0;
  for (const [name, array] of arrays) {
    const content = new Uint8Array(await new Blob(npy(array)).arrayBuffer());
    const title = new TextEncoder().encode(`${name}.npy`);
    const common = [[2, 20], [2, 0], [2, STORED], [2, 0], [2, 33], [4, checksum(content)], [4, content.length], [4, content.length], [2, title.length], [2, 0]];
    const piece = [record([[4, 0x04034b50], ...common]), title, content];
    list.push(record([[4, 0x02014b50], [2, 20], ...common, [2, 0], [2, 0], [2, 0], [4, 0], [4, place]]), title);
    pieces.push(...piece);
    place += piece.reduce((sum, { length }) => sum + length, 0);
  }
  const size = list.reduce((sum, { length }) => sum + length, 0);
  const end = record([[4, 0x06054b50], [2, 0], [2, 0], [2, arrays.size], [2, arrays.size], [4, size], [4, place], [2, 0]]);
  return new Blob([...pieces, ...list, end], { type: "application/octet-stream" });
}

function insist(holds) {
  if (!holds) throw new RangeError("no .npz"); // the caller has the sentence
}

async function inflate(packed, size) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const [found, reader] = [new Uint8Array(size), stream.getReader()];
  let place = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    insist(place + part.value.length <= size); // never more room than was said
    found.set(part.value, place);
    place += part.value.length;
  }
  insist(place === size);
  return found;
}

// What one .npy file holds.
function array(content) {
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  insist(content.length > 12 && content[0] === 0x93 && String.fromCharCode(...content.subarray(1, 6)) === "NUMPY");
  const long = content[6] > 1;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  insist(start <= content.length && start < 10_000);
  const line = String.fromCharCode(...content.subarray(long ? 12 : 10, start));
  const about = /'descr': '<(f2|f4|f8|i4|i8|U\d{1,4})', 'fortran_order': False, 'shape': \(([\d, ]*)\)/.exec(line);
  insist(about);
  const shape = about[2].split(",").map((side) => side.trim()).filter(Boolean).map(Number);
  const length = shape.reduce((product, side) => product * side, 1);
  const bytes = about[1][0] === "U" ? 4 * Number(about[1].slice(1)) : Number(about[1][1]);
  insist(start + length * bytes === content.length);
  const data = content.slice(start).buffer;
  if (about[1][0] === "U") {
    const each = bytes / 4;
    const letters = new Uint32Array(data);
    insist(letters.every((letter) => letter <= 0x10ffff));
    const text = (i) => String.fromCodePoint(...letters.subarray(i * each, (i + 1) * each)).replace(/\0+$/, "");
    return { shape, data: Array.from({ length }, (_, i) => text(i)) };
  }
  if (about[1] === "i8") return { shape, data: Array.from(new BigInt64Array(data), Number) };
  if (about[1] === "i4") return { shape, data: Array.from(new Int32Array(data)) };
  insist(about[1] !== "f2"); // transfer.save writes none
  return { shape, data: about[1] === "f8" ? Float32Array.from(new Float64Array(data)) : new Float32Array(data) };
}

export async function read(file) {
  const content = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(content.buffer);
  let end = content.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  insist(end >= 0);
  let place = view.getUint32(end + 16, true);
  const count = view.getUint16(end + 10, true);
  insist(count <= MOST_ARRAYS);
  const found = new Map();
  let all = 0;
  for (let i = 0; i < count; i++) {
    insist(view.getUint32(place, true) === 0x02014b50);
    const [method, sum] = [view.getUint16(place + 10, true), view.getUint32(place + 16, true)];
    const [packed, size] = [view.getUint32(place + 20, true), view.getUint32(place + 24, true)];
    const [title, extra, note] = [28, 30, 32].map((at) => view.getUint16(place + at, true));
    const start = view.getUint32(place + 42, true);
    const name = new TextDecoder().decode(content.subarray(place + 46, place + 46 + title)).replace(/\.npy$/, "");
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    all += size;
    insist(!found.has(name) && from + packed <= content.length && all <= MOST_BYTES && [STORED, DEFLATED].includes(method));
    const raw = content.subarray(from, from + packed);
    const plain = method === DEFLATED ? await inflate(raw, size) : raw;
    insist(plain.length === size && checksum(plain) === sum);
    found.set(name, array(plain));
    place += 46 + title + extra + note;
  }
  return found;
}
