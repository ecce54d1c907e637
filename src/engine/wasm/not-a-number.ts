import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Composition, CompositionScope } from './composition.js';

/**
 * Convolution or average pooling that carries NaN on.
 *
 * XNNPACK ends both with a clamp to [-∞, ∞] that turns NaN into -∞, which the next relu turns into 0: divergence
 * would vanish. So -∞ is put back to NaN; where it was an overflow, NaN says the same: not finite.
 */
export const carryingNaN: Composition = (scope, inputs, attributes) => {
  const out = scope.original(inputs, attributes);
  const values = scope.values(out);
  for (let i = 0; i < values.length; i++) if (values[i] === -Infinity) values[i] = NaN;
  return out;
};

/** ClipByValue: min(max(x, low), high); NaN stays NaN, where wasm's own kernel gives `low`. */
export const clipByValue: Composition<'x'> = (scope, { x }, { clipValueMin, clipValueMax }) =>
  clamped(scope, x, clipValueMin as number, clipValueMax as number);

/** Relu6: min(max(x, 0), 6); NaN stays NaN, where wasm's own kernel gives 0. */
export const relu6: Composition<'x'> = (scope, { x }) => clamped(scope, x, 0, 6);

function clamped(scope: CompositionScope, x: TensorInfo, low: number, high: number): TensorInfo {
  const out = scope.allocate(x.shape, x.dtype as 'float32' | 'int32');
  const from = scope.values(x);
  const to = scope.values(out);
  for (let i = 0; i < from.length; i++) {
    const value = from[i]!;
    to[i] = value < low ? low : value > high ? high : value;
  }
  return out;
}
