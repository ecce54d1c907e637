import { sfc32 } from './random.js';
import { cores, layerOf, placeOf, settle } from './ziggurat.js';

/** Mean, standard deviation (before any cut) and seed of normal values. */
export interface NormalOptions {
  mean: number;
  deviation: number;
  seed: string | number;
}

/** Range and seed of uniform values. */
export interface UniformOptions {
  low: number;
  high: number;
  seed: string | number;
}

/**
 * Fills `values` with independent draws of the normal distribution, rounded to float32.
 *
 * A ziggurat, its exact tail included, on words of {@link sfc32}. Equal seeds (1 and '1' are equal) give equal values,
 * bit for bit, on every platform. A longer array begins with a shorter one's.
 */
export function fillNormal(values: Float32Array, options: NormalOptions): void {
  fillWithin(Infinity, values, options);
}

/**
 * Fills `values` with draws of the normal distribution cut at two standard deviations: one farther from the mean is
 * drawn again, as TF.js's `truncatedNormal` does. The std of what is left is 0.8796 · `deviation`.
 *
 * Method and seeds as in {@link fillNormal}.
 */
export function fillTruncatedNormal(values: Float32Array, options: NormalOptions): void {
  fillWithin(2, values, options);
}

/**
 * Fills `values` with independent draws of the uniform distribution on [low, high), each from one word of 32 bits.
 *
 * What float32 would round up to `high` becomes the float32 below it. Where `high` ≤ `low` the values lie between the
 * two, as TF.js's do. Seeds as in {@link fillNormal}.
 */
export function fillUniform(values: Float32Array, { low, high, seed }: UniformOptions): void {
  const state = Int32Array.from({ length: 4 }, sfc32(seed));
  const range = { low, scale: (high - low) / 2 ** 32, top: low < high ? float32Below(high) : Infinity };
  for (const block of blocks(values)) fillUniformBlock(block, state, range);
}

/** Values filled by one call: V8 makes a short loop that is often called faster than a long one that is called once. */
const BLOCK = 1024;

function* blocks(values: Float32Array): Generator<Float32Array> {
  for (let from = 0; from < values.length; from += BLOCK) yield values.subarray(from, from + BLOCK);
}

/** Fills with normal draws within `limit` standard deviations. */
function fillWithin(limit: number, values: Float32Array, { mean, deviation, seed }: NormalOptions): void {
  const next = sfc32(seed);
  const state = Int32Array.from({ length: 4 }, next);
  const places = new Int32Array(BLOCK);
  const words = new Int32Array(BLOCK);
  const draw = { mean, deviation, core: cores(limit), places, words };
  for (const block of blocks(values)) {
    const count = fillNormalBlock(block, state, draw);
    for (let i = 0; i < count; i++) block[places[i]!] = mean + deviation * settle(words[i]!, limit, next);
  }
}

// The two loops hold the generator sfc32 written out, its state in local variables: called, it costs as much again.

function fillUniformBlock(
  block: Float32Array,
  state: Int32Array,
  range: Record<'low' | 'scale' | 'top', number>,
): void {
  const { low, scale, top } = range;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  for (let i = 0; i < block.length; i++) {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    block[i] = Math.min(low + scale * (word >>> 0), top);
  }
  state.set([a, b, c, counter]);
}

interface NormalDraw {
  mean: number;
  deviation: number;
  core: Float64Array;
  /** Where in the block draws fell outside the core of their layers. */
  places: Int32Array;
  /** The words of those draws. */
  words: Int32Array;
}

/** Takes every draw for one in its layer's core, as 98.5 % are (cut: 94 %); returns how many others must be settled. */
function fillNormalBlock(block: Float32Array, state: Int32Array, draw: NormalDraw): number {
  const { mean, deviation, core, places, words } = draw;
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let counter = state[3]!;
  let count = 0;
  for (let i = 0; i < block.length; i++) {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + word) | 0;
    const x = placeOf(word);
    block[i] = mean + deviation * x;
    if (Math.abs(x) >= core[layerOf(word)]!) {
      places[count] = i;
      words[count++] = word;
    }
  }
  state.set([a, b, c, counter]);
  return count;
}

/** The largest float32 below `high`. */
function float32Below(high: number): number {
  const nearest = new Float32Array([high]);
  if (nearest[0]! < high) return nearest[0]!;
  const bits = new Int32Array(nearest.buffer);
  // Bit patterns are ordered as magnitudes; below 0 comes the smallest negative number.
  if (nearest[0] === 0) bits[0] = -(2 ** 31) + 1;
  else bits[0]! += nearest[0]! > 0 ? -1 : 1;
  return nearest[0]!;
}
