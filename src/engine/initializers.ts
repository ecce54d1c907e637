import { createRequire } from 'node:module';
import { fillNormal, fillTruncatedNormal, fillUniform } from './fast-random.js';
import { restoring } from './restoring.js';
import { tf, type Tensor } from './tf.js';

/** The three draws of TF.js: shape, mean and std or low and high, element type, seed. */
type Draw = (shape: number[], first?: number, second?: number, dtype?: DrawType, seed?: number) => Tensor;
type DrawType = 'float32' | 'int32' | 'bool';
type Draws = Record<'randomNormal' | 'truncatedNormal' | 'randomUniform', Draw>;

/** Supplies the memory that a tensor's values are drawn into and stay in; its former contents do not matter. */
export type Allocate = (size: number) => Float32Array;

/**
 * Where draws are looked up: in the core package's CommonJS exports by TF.js's initializers, each time they draw (an ES
 * import of them could not be written to), and in `tf` by hand-written models.
 */
const PLACES: readonly Draws[] = [
  createRequire(import.meta.url)('@tensorflow/tfjs-core') as Draws,
  tf as unknown as Draws,
];

/**
 * Runs `f` while `tf.randomNormal`, `tf.truncatedNormal` and `tf.randomUniform` draw float32 values by
 * `fast-random.ts`, several times as fast as TF.js does, and with them every TF.js initializer: normal, truncated normal,
 * uniform, variance scaling in all its Glorot, He and LeCun forms, orthogonal.
 *
 * Only where the numbers come from changes. Distributions, scales, errors and the meaning of a seed stay TF.js's: an
 * explicit seed gives the same values at every call, and no seed (for the two normals also 0) takes one from
 * `Math.random`, one draw a tensor. Values are the same on every engine and platform. Other element types than float32
 * are drawn by TF.js as ever.
 *
 * Nests. An asynchronous `f` holds the draws until its promise settles: nothing else may draw in this process meanwhile.
 *
 * @returns what `f` returns; what `f` throws is thrown on, after the former draws are back
 */
export function withFastInitializers<T>(f: () => T, allocate: Allocate = (size) => new Float32Array(size)): T {
  const former = PLACES.map(({ randomNormal, truncatedNormal, randomUniform }) => {
    return { randomNormal, truncatedNormal, randomUniform };
  });
  const restore = (): void => PLACES.forEach((place, i) => Object.assign(place, former[i]));
  for (const place of PLACES) Object.assign(place, fastDraws(place, allocate));
  return restoring(f, restore);
}

/** The fast draws, which pass other element types on to `slow`. */
function fastDraws({ randomNormal, truncatedNormal, randomUniform }: Draws, allocate: Allocate): Draws {
  const normal = (slow: Draw, fill: typeof fillNormal): Draw => {
    return (shape, mean = 0, deviation = 1, dtype, seed) => {
      if (!isFloat(dtype)) return slow(shape, mean, deviation, dtype, seed);
      return filled(shape, allocate, (values) => fill(values, { mean, deviation, seed: seed || Math.random() }));
    };
  };
  return {
    randomNormal: normal(randomNormal, fillNormal),
    truncatedNormal: normal(truncatedNormal, fillTruncatedNormal),
    randomUniform: (shape, low = 0, high = 1, dtype, seed) => {
      if (!isFloat(dtype)) return randomUniform(shape, low, high, dtype, seed);
      return filled(shape, allocate, (values) => fillUniform(values, { low, high, seed: seed ?? Math.random() }));
    },
  };
}

function isFloat(dtype: string | null | undefined): boolean {
  return dtype === undefined || dtype === null || dtype === 'float32';
}

function filled(shape: number[], allocate: Allocate, fill: (values: Float32Array) => void): Tensor {
  tf.util.assertNonNegativeIntegerDimensions(shape);
  const values = allocate(tf.util.sizeFromShape(shape));
  fill(values);
  // As TF.js makes its own: a tensor around these very values, not a copy.
  return tf.buffer(shape, 'float32', values).toTensor();
}
