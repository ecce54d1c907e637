import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createRequire } from 'node:module';
import { withFastInitializers, type Allocate } from '../../src/engine/initializers.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Tensor } from '../../src/engine/tf.js';

const core = createRequire(import.meta.url)('@tensorflow/tfjs-core') as typeof tf;
const NAMES = ['randomNormal', 'truncatedNormal', 'randomUniform'] as const;
const own = NAMES.map((name) => tf[name]);
const found = () => [tf, core].flatMap((place) => NAMES.map((name) => place[name]));

const fail = () => {
  throw new Error('inside');
};

const values = (draw: () => Tensor): Float32Array => {
  const tensor = draw();
  const read = tensor.dataSync<'float32'>();
  tensor.dispose();
  return read;
};

const rms = (read: Float32Array): number => Math.sqrt(read.reduce((sum, x) => sum + x * x, 0) / read.length);

const distributions = () => ({
  normal: values(() => tf.randomNormal([40_000])),
  shifted: values(() => tf.randomNormal([40_000], 5, 2)),
  truncated: values(() => tf.truncatedNormal([40_000], 5, 2)),
  uniform: values(() => tf.randomUniform([40_000])),
});

const mean = (read: Float32Array) => read.reduce((sum, x) => sum + x, 0) / read.length;

const seeded = () =>
  withFastInitializers(() => [
    values(() => tf.initializers.heNormal({ seed: 3 }).apply([5, 50])),
    values(() => tf.initializers.randomUniform({ seed: 3 }).apply([5, 50])),
    values(() => tf.randomNormal([200], 0, 1, 'float32', 3)),
    values(() => tf.truncatedNormal([200], 0, 1, undefined, 3)),
  ]);

const unseeded = () =>
  withFastInitializers(() => [
    values(() => tf.initializers.glorotUniform({ seed: null as never }).apply([9])),
    values(() => tf.randomNormal([9], 0, 1, 'float32', 0)),
    values(() => tf.randomUniform([9])),
    values(() => tf.randomUniform([9], 0, 1, 'float32', 0)),
    [Math.random()],
  ]);

const integers = () => [
  values(() => tf.randomUniform([20], 0, 100, 'int32', 1)),
  values(() => tf.randomUniform([20], 0, 2, 'bool', 1)),
  values(() => tf.randomNormal([20], 0, 100, 'int32', 1)),
  values(() => tf.initializers.truncatedNormal({ stddev: 100, seed: 1 }).apply([20], 'int32')),
];

const message = (draw: () => Tensor) => {
  try {
    return `drew ${draw().shape.join()}`;
  } catch (error) {
    return String(error);
  }
};

const allocate: Allocate = (size) => new Float32Array(size);

beforeAll(async () => {
  await openEngine('cpu', { threads: 1 });
});

describe('withFastInitializers', () => {
  const { initializers } = tf;
  const FORMS: [string, { apply(shape: number[]): Tensor }][] = [
    ['glorotNormal', initializers.glorotNormal({})],
    ['glorotUniform', initializers.glorotUniform({})],
    ['heNormal', initializers.heNormal({})],
    ['heUniform', initializers.heUniform({})],
    ['leCunNormal', initializers.leCunNormal({})],
    ['leCunUniform', initializers.leCunUniform({})],
    ['varianceScaling', initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'normal' })],
    ['randomNormal', initializers.randomNormal({ mean: 1, stddev: 0.5 })],
    ['truncatedNormal', initializers.truncatedNormal({ mean: 1, stddev: 0.5 })],
    ['randomUniform', initializers.randomUniform({ minval: -1, maxval: 3 })],
  ];

  it.each(FORMS)('draws %s as large as TF.js does, for matrices and kernels', (_, initializer) => {
    for (const shape of [
      [200, 300],
      [3, 3, 20, 30],
    ]) {
      const draw = () => values(() => initializer.apply(shape));
      const slow = withSeededRandom('size', draw);
      const fast = withSeededRandom('size', () => withFastInitializers(draw));
      expect(fast).not.toEqual(slow);
      expect(fast).toHaveLength(slow.length);
      // RMS errs by at most √(2/N)/2 of itself, in the normal distribution; four of them, of two samples.
      expect(rms(fast) / rms(slow)).toBeGreaterThan(1 - 4 / Math.sqrt(slow.length));
      expect(rms(fast) / rms(slow)).toBeLessThan(1 + 4 / Math.sqrt(slow.length));
    }
  });

  it('keeps TF.js’s defaults, bounds and means', () => {
    const draws = withSeededRandom('defaults', () => withFastInitializers(distributions));
    // Four standard errors of the mean, 1/200 of the std, and of the RMS.
    expect(Math.abs(mean(draws.normal))).toBeLessThan(4 / 200);
    expect(Math.abs(rms(draws.normal) - 1)).toBeLessThan(4 / 282);
    expect(Math.abs(mean(draws.shifted) - 5)).toBeLessThan(8 / 200);
    expect(Math.abs(rms(draws.shifted.map((x) => x - 5)) - 2)).toBeLessThan(8 / 282);
    expect(draws.truncated.every((x) => x >= 1 && x <= 9)).toBe(true);
    expect(draws.uniform.every((x) => x >= 0 && x < 1)).toBe(true);
    expect(Math.abs(mean(draws.uniform) - 0.5)).toBeLessThan((4 * 0.2887) / 200);
  });

  it('draws in layers, orthogonal ones too, into the memory it is given', () => {
    const allocated = vi.fn<Allocate>(allocate);
    const model = withFastInitializers(
      () =>
        tf.sequential({
          layers: [
            tf.layers.embedding({ inputDim: 5, outputDim: 7 }),
            tf.layers.simpleRNN({ units: 3, recurrentInitializer: 'orthogonal' }),
            tf.layers.dense({ units: 2, kernelInitializer: 'heNormal' }),
          ],
        }),
      allocated,
    );
    expect(allocated.mock.calls.map(([size]) => size).toSorted((a, b) => a - b)).toEqual([6, 9, 21, 35]);
    const memory = allocated.mock.results.map(({ value }) => value as Float32Array);
    // The plain CPU engine keeps the very array that it is given.
    const embedding = model.layers[0].getWeights()[0].dataSync<'float32'>();
    expect(memory.some((array) => array === embedding)).toBe(true);
    model.dispose();
  });

  it('gives the values of an explicit seed at every call, of every engine', async () => {
    const once = seeded();
    expect(seeded()).toEqual(once);
    expect(withFastInitializers(() => values(() => tf.randomNormal([200], 0, 1, 'float32', 4)))).not.toEqual(once[2]);
    await openEngine('wasm', { threads: 1 });
    expect(seeded()).toEqual(once);
    await openEngine('cpu', { threads: 1 });
  });

  it('takes a missing seed, null, and of the normals 0, from Math.random, one draw a tensor', () => {
    const once = withSeededRandom('one', unseeded);
    expect(withSeededRandom('one', unseeded)).toEqual(once);
    const other = withSeededRandom('other', unseeded);
    for (const i of [0, 1, 2]) expect(other[i]).not.toEqual(once[i]);
    expect(other[3]).toEqual(once[3]);
    const fourth = withSeededRandom('one', () => [Math.random(), Math.random(), Math.random(), Math.random()][3]);
    expect(once[4]).toEqual([fourth]);
  });

  it('leaves whole numbers and truth values to TF.js', () => {
    expect(withFastInitializers(integers)).toEqual(integers());
  });

  it('refuses what TF.js refuses, in its words', () => {
    const refused: (() => Tensor)[] = [
      () => tf.randomNormal([2, -1]),
      () => tf.randomUniform([1.5]),
      () => tf.randomNormal([2], 0, 1, 'bool' as never),
      () => tf.initializers.heNormal({}).apply([2, 2], 'bool'),
    ];
    expect(withFastInitializers(() => refused.map(message))).toEqual(refused.map(message));
    expect(refused.map(message).filter((text) => text.startsWith('drew'))).toEqual([]);
  });

  it('draws tensors of one element and of none, which a tidy disposes of', () => {
    const before = tf.memory().numTensors;
    withFastInitializers(() =>
      tf.tidy(() => {
        expect(tf.randomNormal([]).shape).toEqual([]);
        expect(tf.randomUniform([0, 3]).shape).toEqual([0, 3]);
      }),
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  it('puts TF.js’s own draws back after a return, a throw, a resolution and a rejection', async () => {
    expect(withFastInitializers(() => found().filter((draw) => own.includes(draw)))).toEqual([]);
    expect(found()).toEqual([...own, ...own]);
    expect(() => withFastInitializers(fail)).toThrow('inside');
    expect(found()).toEqual([...own, ...own]);
    await withFastInitializers(async () => {
      await Promise.resolve();
      expect(found().filter((draw) => own.includes(draw))).toEqual([]);
    });
    expect(found()).toEqual([...own, ...own]);
    await expect(withFastInitializers(async () => fail())).rejects.toThrow('inside');
    expect(found()).toEqual([...own, ...own]);
  });

  it('goes on with the outer memory after a nested call', () => {
    const [outer, inner] = [vi.fn<Allocate>(allocate), vi.fn<Allocate>(allocate)];
    withFastInitializers(() => {
      withFastInitializers(() => values(() => tf.randomNormal([1])), inner);
      values(() => tf.randomNormal([2]));
    }, outer);
    expect(inner.mock.calls).toEqual([[1]]);
    expect(outer.mock.calls).toEqual([[2]]);
    expect(found()).toEqual([...own, ...own]);
  });
});
