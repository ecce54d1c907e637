import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { initializers } from '../../src/mup/initializers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { mlp, peer, tfjsName } from './mup-package.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

/**
 * Std of a normal distribution cut at ±2σ, over σ: √(1 − 4φ(2) / (2Φ(2) − 1)), with φ(2) = 0.05399 and Φ(2) = 0.97725.
 *
 * TF.js's He, Glorot and LeCun normals are cut there and not widened again; PyTorch's are not cut.
 */
const CUT = Math.sqrt(1 - (4 * 0.053_990_967) / (2 * 0.977_249_868 - 1));

/** TF.js's initializer for each of the package's, and what its std is multiplied by against PyTorch's. */
const COUNTERPARTS = {
  'normal std 0.1': [initializers.normal({ stddev: 0.1 }), 1],
  'uniform 0.1': [initializers.uniform({ minval: -0.1, maxval: 0.1 }), 1],
  'truncated std 0.1 at 0.2': [initializers.truncatedNormal({ stddev: 0.1 }), 1],
  'xavier normal': [initializers.xavierNormal({}), CUT],
  'xavier uniform': [initializers.xavierUniform({}), 1],
  'kaiming fan-in normal': [initializers.kaimingNormal({}), CUT],
  'kaiming fan-in uniform': [initializers.kaimingUniform({}), 1],
  'kaiming fan-out normal': [initializers.varianceScaling({ scale: 2, mode: 'fanOut', distribution: 'normal' }), CUT],
} as const;

const [BASE, DRAWS] = [64, 8];

/** Root mean square of a variable's values. */
function rmsOf(tensor: Tensor): number {
  const values = tensor.dataSync<'float32'>();
  return Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
}

/** Mean over draws of each kernel's RMS, and its number of entries. */
function kernelRms(width: number, init: (typeof COUNTERPARTS)[keyof typeof COUNTERPARTS][0]) {
  const sums = new Map<string, { rms: number; size: number }>();
  for (let draw = 0; draw < DRAWS; draw += 1) {
    const model = withSeededRandom(`draw ${draw}`, () => parametrize((w) => mlp(w, init), { width, baseWidth: BASE }));
    for (const { name, variable } of namedParameters(model).filter(({ variable: v }) => v.rank === 2)) {
      sums.set(name, { rms: (sums.get(name)?.rms ?? 0) + rmsOf(variable) / DRAWS, size: variable.size });
    }
    model.dispose();
  }
  return sums;
}

describe.each(Object.entries(COUNTERPARTS))('initial values under %s', (name, [init, factor]) => {
  const theirs = peer.initRms.values[name] ?? {};

  it.each(Object.keys(theirs))("have the package's RMS at width %s", (width) => {
    const ours = kernelRms(Number(width), init);
    expect(ours.size).toBe(3);
    for (const [key, rms] of Object.entries(theirs[width] ?? {})) {
      const { rms: found = Number.NaN, size = 0 } = ours.get(tfjsName(key)) ?? {};
      // Sampling: the RMS of N normal entries has the relative error 1/√(2N) (uniform ones less), 8 draws √8 times less,
      // and both sides have it. Four such errors, for 96 comparisons.
      const error = 4 * Math.sqrt(2) * Math.sqrt(1 / (2 * size * DRAWS));
      expect(Math.abs(found / (rms * factor) - 1), `${key} of ${size} entries`).toBeLessThan(error);
    }
  });
});

describe('TF.js normals', () => {
  it('are cut at two standard deviations, as the factor above says', () => {
    const drawn = withSeededRandom('cut', () => tf.truncatedNormal([100_000]));
    expect(rmsOf(drawn)).toBeCloseTo(CUT, 2);
  });
});
