import { expect } from 'vitest';
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
  const difference = Math.sqrt(meanSquare((i) => got[i]! - expected[i]!));
  const size = Math.sqrt(meanSquare((i) => expected[i]!));
  return size > 0 ? difference / size : difference;
}

/** Asserts that wasm gives what cpu gives: the same shapes and types, and values within `tolerance` (relative RMS). */
export async function expectAgreement(compute: () => Tensor | Tensor[], tolerance = 1e-5): Promise<void> {
  const cpu = await computedOn('cpu', compute);
  const wasm = await computedOn('wasm', compute);
  expect(wasm.shapes).toEqual(cpu.shapes);
  for (const [i, values] of wasm.values.entries()) {
    expect(values.length).toBe(cpu.values[i]!.length);
    expect(relativeRms(values, cpu.values[i]!)).toBeLessThanOrEqual(tolerance);
  }
}
