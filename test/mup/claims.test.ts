import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { makeBaseShapes, shapesOf, type ShapeRecord } from '../../src/mup/base-shapes.js';
import { saveBaseShapes } from '../../src/mup/base-shapes-file.js';
import { initializers } from '../../src/mup/initializers.js';
import { layers } from '../../src/mup/layers.js';
import { namedParameters } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scalingOf } from '../../src/mup/scaling.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';
import { withoutWarnings } from '../../src/mup/warn.js';
import { mlp } from './mup-package.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

// The claims that the mup package's own tests make of it (mup/test/__main__.py), those that need no training.

/** What `setBaseShapes` found out: per parameter its base shape, infinite dimensions, role and multipliers. */
const scalings = (model: LayersModel) =>
  [...scalingOf(model).parameters.values()].map(({ parameter, ...found }) => ({
    name: parameter.name,
    ...found,
  }));

const record = (width: number): ShapeRecord => Object.fromEntries(shapesOf(mlp(width)));

function file(name: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'claims-')), name);
  saveBaseShapes(makeBaseShapes(mlp(64), mlp(65)), path);
  return path;
}

/** Every way to give the same base shapes to a model of width 128. */
const WAYS = {
  models: () => setBaseShapes(mlp(128), mlp(64), { delta: mlp(65) }),
  'a model and a record': () => setBaseShapes(mlp(128), mlp(64), { delta: record(65) }),
  records: () => setBaseShapes(mlp(128), record(64), { delta: record(65) }),
  'made base shapes': () => setBaseShapes(mlp(128), makeBaseShapes(mlp(64), mlp(65))),
  'a record with nulls': () => setBaseShapes(mlp(128), makeBaseShapes(mlp(64), mlp(65)).parameters),
  'a JSON file': () => setBaseShapes(mlp(128), file('shapes.json')),
  'a .bsh file': () => setBaseShapes(mlp(128), file('shapes.bsh')),
  'a .bsh file, with a delta that is not needed': () =>
    setBaseShapes(mlp(128), file('shapes.bsh'), { delta: record(65) }),
  builders: () => parametrize(mlp, { width: 128, baseWidth: 64, deltaWidth: 65 }),
};

describe('base shapes', () => {
  const expected = () => scalings(WAYS.models());

  it.each(Object.entries(WAYS))('agree with those of models when given as %s', (_, set) => {
    expect(scalings(set())).toEqual(expected());
    expect(expected().filter(({ role }) => role === 'hidden')).toHaveLength(1);
  });

  it('give the same initial values however given', () => {
    const values = (set: () => LayersModel) => {
      const model = withSeededRandom('weights', set);
      return namedParameters(model).map(({ variable }) => variable.dataSync());
    };
    const [first, ...others] = [
      WAYS.models,
      WAYS.records,
      WAYS['made base shapes'],
      WAYS['a JSON file'],
      WAYS['a .bsh file'],
    ].map(values);
    for (const other of others) expect(other).toEqual(first);
  });

  it('are others where base and delta are the same', () => {
    const alike = withoutWarnings(() => setBaseShapes(mlp(64), mlp(64), { delta: mlp(64) }));
    expect(scalings(alike)).not.toEqual(scalings(setBaseShapes(mlp(64), mlp(64), { delta: mlp(65) })));
    expect(() => setBaseShapes(mlp(128), mlp(64), { delta: mlp(64) })).toThrow(/128 here and 64 in the base and delta/);
  });
});

/** Settings of the initializers that must have some. */
const SETTINGS: Partial<Record<keyof typeof initializers, object>> = {
  constant: { value: 0.1 },
  varianceScaling: { scale: 2, mode: 'fanOut', distribution: 'uniform' },
  randomNormal: { stddev: 0.1 },
  normal: { stddev: 0.1 },
  truncatedNormal: { stddev: 0.1 },
  uniform: { minval: -0.1, maxval: 0.1 },
};

/** The initializer of TF.js's that each of ours stands for. */
const STANDS_FOR: Partial<Record<keyof typeof initializers, keyof typeof tf.initializers>> = {
  kaimingNormal: 'heNormal',
  kaimingUniform: 'heUniform',
  xavierNormal: 'glorotNormal',
  xavierUniform: 'glorotUniform',
  normal: 'randomNormal',
  uniform: 'randomUniform',
};

type Initializer = ReturnType<typeof tf.initializers.zeros>;
const BASE = 16;

/** A convolution, a square hidden layer and a readout, with batch norm; `identity` can only fill the square one. */
const model = (kernelInitializer: Initializer, isSquareOnly: boolean, head: typeof layers.readout) => (w: number) => {
  const other = isSquareOnly ? {} : { kernelInitializer };
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ filters: w, kernelSize: 3, inputShape: [5, 5, 2], ...other }),
      tf.layers.batchNormalization(),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: w, kernelInitializer, biasInitializer: 'randomNormal' }),
      head({ units: 3, ...other }),
    ],
  });
};

const NAMES = Object.keys(initializers) as (keyof typeof initializers)[];
const plainHead = tf.layers.dense as unknown as typeof layers.readout;

describe('at base width a model in µP', () => {
  it.each(NAMES)('equals the plain model of TF.js bit for bit, under %s', (name) => {
    const make = (from: object, key: string) => {
      const makers = from as Record<string, (settings: object) => Initializer>;
      return makers[key](SETTINGS[name] ?? {});
    };
    const isSquareOnly = name === 'identity';
    const plain = model(make(tf.initializers, STANDS_FOR[name] ?? name), isSquareOnly, plainHead);
    const ours = model(make(initializers, name), isSquareOnly, layers.readout);
    const values = (m: LayersModel) => namedParameters(m).map(({ variable }) => [...variable.dataSync()]);
    const expected = values(withSeededRandom('weights', () => plain(BASE)));
    for (const build of [ours, model(make(initializers, name), isSquareOnly, plainHead)])
      expect(values(withSeededRandom('weights', () => parametrize(build, { width: BASE, baseWidth: BASE })))).toEqual(
        expected,
      );
    expect(expected).toHaveLength(10);
  });

  it.each(['normal', 'uniform', 'truncatedNormal', 'kaimingNormal', 'xavierUniform', 'leCunNormal', 'orthogonal'])(
    'is tested for %s too',
    (name) => expect(NAMES).toContain(name),
  );
});
