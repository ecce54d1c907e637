import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { namedParameters, type ModelLike } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scalingOf } from '../../src/mup/scaling.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const INITIALIZERS = {
  glorotNormal: tf.initializers.glorotNormal({}),
  glorotUniform: tf.initializers.glorotUniform({}),
  heNormal: tf.initializers.heNormal({}),
  heUniform: tf.initializers.heUniform({}),
  leCunNormal: tf.initializers.leCunNormal({}),
  leCunUniform: tf.initializers.leCunUniform({}),
  fanOut: tf.initializers.varianceScaling({ mode: 'fanOut', distribution: 'normal', scale: 1 }),
  randomNormal: tf.initializers.randomNormal({ stddev: 0.1 }),
  randomUniform: tf.initializers.randomUniform({ minval: -0.1, maxval: 0.1 }),
  truncatedNormal: tf.initializers.truncatedNormal({ stddev: 0.1 }),
  orthogonal: tf.initializers.orthogonal({}),
};

const BASE = 16;
type Initializer = (typeof INITIALIZERS)[keyof typeof INITIALIZERS];

function mlp(width: number, kernelInitializer: Initializer): LayersModel {
  const biasInitializer = tf.initializers.randomNormal({ stddev: 0.1 });
  return tf.sequential({
    layers: [
      tf.layers.dense({ units: width, kernelInitializer, biasInitializer, inputShape: [24] }),
      tf.layers.dense({ units: width, kernelInitializer, biasInitializer }),
      tf.layers.dense({ units: 12, kernelInitializer, biasInitializer }),
    ],
  });
}

const constants = (w: number) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: w, inputShape: [3], kernelInitializer: 'zeros', biasInitializer: 'ones' }),
      tf.layers.batchNormalization(),
      tf.layers.dense({ units: 2, kernelInitializer: 'zeros' }),
    ],
  });

const handWritten = (w: number) => ({
  parameters: {
    in: tf.variable(tf.randomNormal([24, w])),
    hid: tf.variable(tf.randomNormal([w, w], 0, 1 / Math.sqrt(w))),
    out: tf.variable(tf.randomNormal([w, 12], 0, 1 / Math.sqrt(w))),
    gain: tf.variable(tf.mul(tf.ones([w]), 0.3)),
    zero: tf.variable(tf.zeros([w, 12])),
  },
});

const values = (model: ModelLike) => namedParameters(model).map(({ variable }) => [...variable.dataSync()]);
const rms = (x: number[]) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);

/** Least-squares slope of log2 RMS on log2 width, per parameter, over four widths. */
function slopes(build: (width: number) => ModelLike): Record<string, number> {
  const widths = [16, 32, 64, 128];
  const models = widths.map((width) => parametrize(build, { width, baseWidth: BASE }));
  const names = models
    .slice(0, 1)
    .flatMap(namedParameters)
    .map(({ name }) => name);
  const sizes = models.map((model) => values(model).map((v) => Math.log2(rms(v))));
  const xs = widths.map((_, i) => i - 1.5);
  const slope = (k: number) => xs.reduce((sum, x, i) => sum + x * (sizes[i]?.[k] ?? 0), 0) / 5;
  return Object.fromEntries(names.map((name, k) => [name, slope(k)]));
}

describe('parametrize', () => {
  it.each(Object.entries(INITIALIZERS))('equals the plain model bit for bit at base width, with %s', (_, init) => {
    const plain = withSeededRandom('a', () => mlp(BASE, init));
    const inMup = withSeededRandom('a', () => parametrize((w) => mlp(w, init), { width: BASE, baseWidth: BASE }));
    expect(values(inMup)).toEqual(values(plain));
  });

  it.each(Object.entries(INITIALIZERS).filter(([name]) => name !== 'orthogonal'))(
    'makes std width^0, width^-1/2, width^-1 of input, hidden and readout, with %s',
    (_, init) => {
      const found = withSeededRandom('b', () => slopes((w) => mlp(w, init)));
      // Sampling: 12 · 16 entries at the narrowest readout give 5 % on its RMS, 0.03 on the slope.
      expect(Math.abs(found['dense_1/kernel'] ?? 9)).toBeLessThan(0.1);
      expect(Math.abs((found['dense_2/kernel'] ?? 9) + 0.5)).toBeLessThan(0.1);
      expect(Math.abs((found['dense_3/kernel'] ?? 9) + 1)).toBeLessThan(0.1);
    },
  );

  it('scales an orthogonal init exactly, for its RMS has no sampling error', () => {
    const sizes = [16, 32].map((width) => {
      const model = parametrize((w) => mlp(w, INITIALIZERS.orthogonal), { width, baseWidth: BASE });
      return values(model).map(rms);
    });
    const ratio = (k: number) => (sizes[1]?.[k] ?? 0) / (sizes[0]?.[k] ?? 1);
    expect(ratio(0)).toBeCloseTo(1, 5);
    expect(ratio(2)).toBeCloseTo(Math.SQRT1_2, 5);
    expect(ratio(4)).toBeCloseTo(1 / 2, 5);
  });

  it('rescales what the plain model drew: parallel values, in the order of the random stream', () => {
    const init = INITIALIZERS.glorotNormal;
    const plain = values(withSeededRandom('c', () => mlp(64, init)));
    const inMup = values(withSeededRandom('c', () => parametrize((w) => mlp(w, init), { width: 64, baseWidth: BASE })));
    const factors = plain.map((v, k) => (inMup[k]?.[0] ?? 0) / (v[0] ?? 1));
    // Glorot: std √(2/(fan-in + fan-out)). Input √(88/40), hidden 1 (its own √ is right), readout √(76/28)/4.
    const expected = [Math.sqrt(88 / 40), 1, 1, 1, Math.sqrt(76 / 28) / 4, 1];
    for (const [k, factor] of factors.entries()) {
      expect(factor).toBeCloseTo(expected[k] ?? 0, 5);
      expect(inMup[k]?.at(-1)).toBeCloseTo((plain[k]?.at(-1) ?? 0) * factor, 6);
    }
  });

  it('leaves zeros at zero, constants as they are, and moving averages alone', () => {
    const [plain, inMup] = [constants(12), parametrize(constants, { width: 12, baseWidth: 4 })];
    expect(values(inMup)).toEqual(values(plain));
  });

  it('measures the init of a hand-written model, and leaves its constants as they are', () => {
    const found = withSeededRandom('d', () => slopes(handWritten));
    expect(Math.abs(found['in'] ?? 9)).toBeLessThan(0.05);
    expect(Math.abs((found['hid'] ?? 9) + 0.5)).toBeLessThan(0.05);
    expect(Math.abs((found['out'] ?? 9) + 1)).toBeLessThan(0.05);
    expect(found['gain']).toBe(0);
    const wide = values(parametrize(handWritten, { width: 24, baseWidth: 8 }));
    expect(new Set(wide[4])).toEqual(new Set([0]));
  });

  it('leaves the constants of a hand-written model whose shape is that of a readout', () => {
    const scaled = (heads: number) => ({
      parameters: {
        scale: tf.variable(tf.mul(tf.ones([heads, 4]), 0.1)),
        readout: tf.variable(tf.randomNormal([heads, 4])),
      },
      apply: (x: never) => x,
    });
    const { parameters } = parametrize(scaled, { width: 64, baseWidth: 16 });
    expect(new Set(parameters.scale.dataSync())).toEqual(new Set([Math.fround(0.1)]));
    const rms = Math.sqrt(tf.mean(tf.square(parameters.readout)).dataSync()[0]);
    expect(rms).toBeGreaterThan(0.1);
    expect(rms).toBeLessThan(0.4);
  });

  it('builds the plain model in sp, and says so', () => {
    const init = INITIALIZERS.glorotNormal;
    const options = { width: 64, baseWidth: BASE, parametrization: 'sp' } as const;
    const sp = withSeededRandom('e', () => parametrize((w) => mlp(w, init), options));
    expect(values(sp)).toEqual(values(withSeededRandom('e', () => mlp(64, init))));
    expect(scalingOf(sp).parametrization).toBe('sp');
  });

  it('disposes the base and delta models', () => {
    const before = tf.memory().numTensors;
    const model = parametrize((w) => mlp(w, INITIALIZERS.heNormal), { width: 32, baseWidth: BASE });
    expect(tf.memory().numTensors - before).toBe(6);
    model.dispose();
  });

  it('leaves nothing behind where building a small model throws, or one does not match', () => {
    const before = tf.memory().numTensors;
    const failing = (width: number) => {
      if (width === 2 * BASE) throw new Error('no such width');
      return mlp(width, INITIALIZERS.heNormal);
    };
    expect(() => parametrize(failing, { width: 32, baseWidth: BASE })).toThrow('no such width');
    const deeper = (width: number) => {
      const dense = (units: number) => tf.layers.dense({ units, inputShape: [3] });
      return tf.sequential({ layers: width === BASE ? [dense(3), dense(3)] : [dense(3)] });
    };
    expect(() => parametrize(deeper, { width: 32, baseWidth: BASE })).toThrow(/expected/);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('says of variables that have names of their own that these are taken', () => {
    const named = (width: number) => ({
      parameters: { w: tf.variable(tf.zeros([3, width]), true, 'named-w') },
      apply: (x: never) => x,
    });
    expect(() => parametrize(named, { width: 8, baseWidth: 4 })).toThrow(/there is one called named-w already/);
    expect(() => parametrize(named, { width: 8, baseWidth: 4 })).toThrow(/there is one called named-w already/);
    expect(tf.engine().registeredVariables).not.toHaveProperty('named-w');
  });

  it('refuses a builder that returns a promise', () =>
    expect(() => parametrize((async () => mlp(4, INITIALIZERS.heNormal)) as never, { width: 8, baseWidth: 4 })).toThrow(
      /got a promise/,
    ));
});
