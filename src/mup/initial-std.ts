import type { InitializerLike } from './parameters.js';

/**
 * Standard deviation (RMS) of what a TF.js initializer draws for a shape, up to a factor that does not depend on shape.
 *
 * Known: variance scaling with all its Glorot, He and LeCun forms, normal, truncated normal, uniform, orthogonal,
 * identity and the constants. Truncation multiplies every std by one constant, which a ratio cancels.
 *
 * @param initializer - as the layer keeps it
 * @param shape - [..., fanIn, fanOut], each dimension > 0
 * @returns the std, 1 for constants (which are never rescaled), or null for an initializer that is not known
 */
export function initialStd(initializer: InitializerLike, shape: readonly number[]): number | null {
  const config = initializer.getConfig();
  switch (initializer.getClassName()) {
    case 'VarianceScaling':
      return varianceScalingStd(config, shape);
    case 'RandomNormal':
    case 'TruncatedNormal':
    case 'RandomUniform':
    case 'Zeros':
    case 'Ones':
    case 'Constant':
      return 1;
    case 'Orthogonal':
      // Orthonormal along the shorter side, so every entry's mean square is 1 / the longer side.
      return 1 / Math.sqrt(Math.max(product(shape.slice(0, -1)), shape.at(-1) ?? 1));
    case 'Identity':
      return 1 / Math.sqrt(shape[0] ?? 1);
    default:
      return null;
  }
}

function varianceScalingStd(config: Record<string, unknown>, shape: readonly number[]): number {
  const [fanIn, fanOut] = fans(shape);
  const mode = config['mode'];
  const fan = mode === 'fanOut' ? fanOut : mode === 'fanAvg' ? (fanIn + fanOut) / 2 : fanIn;
  return Math.sqrt(1 / Math.max(1, fan));
}

/** TF.js's own reading of fan-in and fan-out: kernels of rank 2 to 5, anything else the square root of its size. */
function fans(shape: readonly number[]): [number, number] {
  const isKernel = shape.length >= 2 && shape.length <= 5;
  if (!isKernel) return [Math.sqrt(product(shape)), Math.sqrt(product(shape))];
  const receptive = product(shape.slice(0, -2));
  return [receptive * (shape.at(-2) ?? 1), receptive * (shape.at(-1) ?? 1)];
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((a, b) => a * b, 1);
}
