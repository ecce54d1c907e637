import type { EngineName } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Tensor } from '../../src/engine/tf.js';

/** What a computation gives on an engine: shapes and values, with every draw of `Math.random` seeded alike. */
export async function computedOn(name: EngineName, compute: () => Tensor | Tensor[]) {
  const engine = await openEngine(name, { threads: 1 });
  const tensors = [withSeededRandom('agreement', () => tf.tidy(compute))].flat();
  try {
    const shapes = tensors.map(({ shape, dtype }) => `${dtype}[${shape.join(',')}]`);
    return { shapes, values: await engine.read(tensors) };
  } finally {
    // Of a failed computation too, which a lazy engine would try again with the next one.
    tf.dispose(tensors);
  }
}

/** Root mean square of the difference of two arrays, relative to the second's root mean square. */
export function relativeRms(got: Float32Array, expected: Float32Array): number {
  const meanSquare = (f: (i: number) => number) =>
    expected.reduce((sum, _, i) => sum + f(i) ** 2, 0) / Math.max(1, expected.length);
  const difference = Math.sqrt(meanSquare((i) => got[i] - expected[i]));
  const size = Math.sqrt(meanSquare((i) => expected[i]));
  return size > 0 ? difference / size : difference;
}

/**
 * How far an engine is from cpu: the largest relative RMS over the tensors computed.
 *
 * Infinite where shapes or types differ, where whole numbers or truth values differ at all, and where one of the two
 * is NaN or infinite and the other is not the same.
 */
export async function disagreement(compute: () => Tensor | Tensor[], engine: EngineName = 'wasm'): Promise<number> {
  const expected = await computedOn('cpu', compute);
  const got = await computedOn(engine, compute);
  if (got.shapes.join(' ') !== expected.shapes.join(' ')) return Infinity;
  return Math.max(
    ...got.values.map((values, i) => distance(values, expected.values[i], expected.shapes[i].startsWith('float32'))),
  );
}

function distance(got: Float32Array, expected: Float32Array, isFloat: boolean): number {
  const isAlike = got.every((value, i) => {
    const isFinite = Number.isFinite(value) && Number.isFinite(expected[i]);
    return isFinite && isFloat ? true : value === expected[i] || (Number.isNaN(value) && Number.isNaN(expected[i]));
  });
  const finite = (values: Float32Array) => values.map((value) => (Number.isFinite(value) ? value : 0));
  return isAlike ? relativeRms(finite(got), finite(expected)) : Infinity;
}
