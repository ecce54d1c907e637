// What every way trains: an MLP 3072-w-w-10, batch 64, by Adam. torch_way.py has the same in PyTorch.

export const BATCH = 64;
export const FEATURES = 3072;
export const CLASSES = 10;
/**
 * A rate so small that 30 steps on one batch do not fit it: gradients that vanish become subnormal numbers, which a CPU
 * multiplies many times slower.
 */
export const ADAM = { learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
/** Steps after which ways are compared. */
export const COMPARED_STEPS = 4;
/** Values of the second kernel that are compared. */
export const COMPARED_WEIGHTS = 1024;

const WARM_STEPS = 5;
const TIMED_STEPS = 20;
/** A slow way is timed by fewer steps, once this long has gone. */
const PATIENCE_MS = 12_000;

/** @param {number} width */
export function kernelShapes(width) {
  return [
    [FEATURES, width],
    [width, width],
    [width, CLASSES],
  ];
}

/**
 * Batch and initial kernels: the same numbers on every machine and in every language.
 *
 * @param {number} width
 */
export function problem(width) {
  const x = uniform(BATCH * FEATURES, 1, Math.sqrt(3));
  const y = new Float32Array(BATCH * CLASSES);
  for (let row = 0; row < BATCH; row += 1) y[row * CLASSES + ((row * 7) % CLASSES)] = 1;
  const kernels = kernelShapes(width).map(([from, to], i) => uniform(from * to, 2 + i, 1 / Math.sqrt(from)));
  return { x, y, kernels };
}

/** Uniform on ±limit by MurmurHash3's finalizer of the index. */
export function uniform(size, seed, limit) {
  const values = new Float32Array(size);
  for (let i = 0; i < size; i += 1) {
    let h = (i + Math.imul(seed, 0x9e3779b9)) >>> 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h = (h ^ (h >>> 16)) >>> 0;
    values[i] = (h / 2 ** 31 - 1) * limit;
  }
  return values;
}

/** Chained matrix products: rows × side by side × side; the length of a chain for a fast and for a slow way. */
export function products(side) {
  return [
    { rows: BATCH, side, long: 100, short: 10 },
    { rows: side, side, long: 10, short: 1 },
  ];
}

/**
 * Median time of a step that ends with its loss read.
 *
 * @param {() => Promise<unknown>} step
 * @returns {Promise<{ stepMs: number, steps: number }>}
 */
export async function timeSteps(step) {
  const start = performance.now();
  const times = [];
  for (let i = 0; i < WARM_STEPS + TIMED_STEPS; i += 1) {
    const before = performance.now();
    await step();
    const now = performance.now();
    if (i >= WARM_STEPS || now - start > PATIENCE_MS / 2) times.push(now - before);
    if (now - start > PATIENCE_MS) break;
  }
  return { stepMs: median(times), steps: times.length };
}

/**
 * @param {{ rows: number, side: number }} sizes
 * @param {number} length - products in the chain
 * @param {() => Promise<unknown>} chain - computes them and reads one value of the last
 */
export async function timeProducts({ rows, side }, length, chain) {
  const times = [];
  const start = performance.now();
  for (let i = 0; i < 7 && performance.now() - start < PATIENCE_MS; i += 1) {
    const before = performance.now();
    await chain();
    times.push(performance.now() - before);
  }
  // The first one compiles.
  const ms = median(times.length > 1 ? times.slice(1) : times) / length;
  return { rows, side, productMs: ms, gflops: (2 * rows * side * side) / ms / 1e6 };
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Prints one finding as a line of JSON, at once, so that it survives what comes after. */
export function say(finding) {
  process.stdout.write(`${JSON.stringify(finding)}\n`);
}

/**
 * Runs every part of a way; what one part throws is its finding, and the next goes on, unless the way does not start.
 *
 * @param {Record<string, () => Promise<object | undefined>>} parts
 */
export async function sayAll(parts) {
  for (const [part, f] of Object.entries(parts)) {
    try {
      say({ part, ...(await f()) });
    } catch (error) {
      say({ part, error: error instanceof Error ? error.message : String(error) });
      if (part === 'start') break;
    }
  }
  // Dawn keeps the process alive.
  process.exit(0);
}
