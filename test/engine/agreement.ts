import type { EngineName } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Tensor } from '../../src/engine/tf.js';

/** What a computation gives on an engine: shapes and values, with every draw of `Math.random` seeded alike. */
export async function computedOn(name: EngineName, compute: () => Tensor | Tensor[]) {
  const engine = await openEngine(name, { threads: 1 });
  const tensors = [withSeededRandom('agreement', () => tf.tidy(compute))].flat();
  const values = await engine.read(tensors);
  const shapes = tensors.map(({ shape, dtype }) => `${dtype}[${shape.join(',')}]`);
  tf.dispose(tensors);
  return { shapes, values };
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
 * How far wasm is from cpu: the largest relative RMS over the tensors computed; infinite where shapes or types differ.
 */
export async function disagreement(compute: () => Tensor | Tensor[]): Promise<number> {
  const cpu = await computedOn('cpu', compute);
  const wasm = await computedOn('wasm', compute);
  if (wasm.shapes.join(' ') !== cpu.shapes.join(' ')) return Infinity;
  return Math.max(...wasm.values.map((values, i) => relativeRms(values, cpu.values[i])));
}
