import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';
import type { CoordCheckError } from '../../src/errors.js';
import { makeBaseShapes, type BaseShapes } from '../../src/mup/base-shapes.js';
import { saveBaseShapes } from '../../src/mup/base-shapes-file.js';
import { layers } from '../../src/mup/layers.js';
import { adam, sgd, type MupOptimizer } from '../../src/mup/optimizers.js';
import { namedParameters, type ModelLike } from '../../src/mup/parameters.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { baseShapesOf, scalingOf } from '../../src/mup/scaling.js';
import { restoreBaseShapes, setBaseShapes } from '../../src/mup/set-base-shapes.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const [BASE, WIDTH] = [4, 32];

const mlp = (w: number): LayersModel =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: w, inputShape: [5], activation: 'relu' }),
      tf.layers.dense({ units: w, activation: 'relu' }),
      layers.readout({ units: 3, outputMultiplier: 2 }),
    ],
  });

const tied = (w: number): LayersModel => {
  const embedding = tf.layers.embedding({ inputDim: 7, outputDim: w });
  const tokens = tf.input({ shape: [3], dtype: 'int32' });
  const hidden = tf.layers.dense({ units: w }).apply(embedding.apply(tokens));
  return tf.model({ inputs: tokens, outputs: layers.sharedReadout({ embedding }).apply(hidden) as never });
};

const built = (build: (w: number) => LayersModel, parametrization: 'mup' | 'sp' = 'mup') =>
  withSeededRandom('saved', () => parametrize(build, { width: WIDTH, baseWidth: BASE, parametrization }));

/** Through the form of a saved model, as text. */
async function reloaded(model: LayersModel, options?: { includeOptimizer: boolean }): Promise<LayersModel> {
  let saved: unknown = null;
  const save = tf.io.withSaveHandler(async (artifacts) => {
    const { weightData, ...text } = artifacts;
    saved = { ...(JSON.parse(JSON.stringify(text)) as object), weightData };
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(save, options);
  return tf.loadLayersModel(tf.io.fromMemory(saved as never));
}

const batch = () => tf.linspace(-1, 1, 30).reshape([6, 5]);
const tokens = () => tf.tensor2d([[0, 3, 6]], [1, 3], 'int32');
const outputs = (model: LayersModel, x: Tensor = batch()) => [...(model.apply(x) as Tensor).dataSync()];
const values = (model: ModelLike) => namedParameters(model).map(({ variable }) => [...variable.dataSync()]);
const rates = (model: ModelLike, optimizer: MupOptimizer) =>
  namedParameters(model).map(({ name, variable }) => [name, optimizer.effectiveLearningRate(variable.name)]);

const code = (f: () => unknown): unknown => {
  try {
    f();
    return null;
  } catch (error) {
    return (error as CoordCheckError).code;
  }
};

describe('restoreBaseShapes', () => {
  it('gives a loaded model the outputs, values and rates it was saved with', async () => {
    const model = built(mlp);
    const loaded = await reloaded(model);
    expect(outputs(loaded)).toEqual(outputs(model));
    expect(restoreBaseShapes(loaded)).toBe(loaded);
    expect(outputs(loaded)).toEqual(outputs(model));
    expect(values(loaded)).toEqual(values(model));
    expect(rates(loaded, adam(loaded, { learningRate: 1 }))).toEqual(rates(model, adam(model, { learningRate: 1 })));
    expect(rates(loaded, sgd(loaded, { learningRate: 1 }))).toEqual(rates(model, sgd(model, { learningRate: 1 })));
    expect(rates(loaded, adam(loaded, { learningRate: 1 }))).toContainEqual(['dense_2/kernel', BASE / WIDTH]);
  });

  it('trains on as the saved model does, and survives being saved again', async () => {
    const once = restoreBaseShapes(await reloaded(built(mlp)));
    const pair = [built(mlp), restoreBaseShapes(await reloaded(once))];
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'), 3);
    const [a, b] = pair.map((model) => {
      const optimizer = adam(model, { learningRate: 0.01 });
      for (let step = 0; step < 3; step += 1)
        optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, model.apply(batch()) as Tensor));
      return outputs(model);
    });
    expect(b).toEqual(a);
  });

  it('warns of a compiled optimizer that came back as TF.js’s own, which scales nothing', async () => {
    const model = built(mlp);
    model.compile({ optimizer: adam(model, { learningRate: 0.5 }), loss: 'meanSquaredError' });
    const loaded = await reloaded(model, { includeOptimizer: true });
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    restoreBaseShapes(loaded);
    expect(warned.mock.calls.map(([sentence]) => sentence)).toEqual([
      expect.stringMatching(/^Adam trains every variable at one rate.*dense_2\/kernel/),
    ]);
    warned.mockClear();
    restoreBaseShapes(await reloaded(built(mlp), { includeOptimizer: true }));
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('brings back SP as SP', async () => {
    const loaded = restoreBaseShapes(await reloaded(built(mlp, 'sp')));
    expect(scalingOf(loaded).parametrization).toBe('sp');
    expect(new Set(rates(loaded, sgd(loaded, { learningRate: 1 })).map(([, rate]) => rate))).toEqual(new Set([1]));
  });

  it('keeps the metadata of the user', async () => {
    const model = mlp(WIDTH) as LayersModel & { getUserDefinedMetadata(): unknown };
    model.setUserDefinedMetadata({ run: 7 });
    setBaseShapes(model, makeBaseShapes(mlp(BASE), mlp(2 * BASE)));
    const loaded = (await reloaded(model)) as typeof model;
    expect(loaded.getUserDefinedMetadata()).toMatchObject({ run: 7, coordcheck: { parametrization: 'mup' } });
  });

  it('refuses a model that carries no base shapes, and metadata of another form', async () => {
    expect(code(() => restoreBaseShapes(mlp(WIDTH)))).toBe('BASE_SHAPES_NOT_SAVED');
    const model = mlp(WIDTH);
    model.setUserDefinedMetadata({ coordcheck: { parametrization: 'mup', baseShapes: 3 } });
    expect(code(() => restoreBaseShapes(model))).toBe('BASE_SHAPES_INVALID');
    const restored = restoreBaseShapes(await reloaded(built(mlp)));
    expect(code(() => restoreBaseShapes(restored))).toBe('BASE_SHAPES_SET_TWICE');
  });
});

describe('setBaseShapes on a loaded model', () => {
  it('never rescales a second time', async () => {
    const loaded = await reloaded(built(mlp));
    const before = values(loaded);
    expect(code(() => setBaseShapes(loaded, mlp(BASE), { delta: mlp(2 * BASE) }))).toBe('BASE_SHAPES_SAVED');
    expect(code(() => setBaseShapes(loaded, null))).toBe('BASE_SHAPES_SAVED');
    expect(values(loaded)).toEqual(before);
    setBaseShapes(loaded, mlp(BASE / 2), { delta: mlp(BASE), rescale: false });
    expect(values(loaded)).toEqual(before);
    expect(rates(loaded, adam(loaded, { learningRate: 1 }))).toContainEqual(['dense_2/kernel', BASE / 2 / WIDTH]);
  });
});

describe('a shared readout that is saved', () => {
  it('finds its embedding again, with its multiplier', async () => {
    const model = built(tied);
    const loaded = await reloaded(model);
    expect(outputs(loaded, tokens())).toEqual(outputs(model, tokens()));
    restoreBaseShapes(loaded);
    expect(outputs(loaded, tokens())).toEqual(outputs(model, tokens()));
    expect(namedParameters(loaded).map(({ name }) => name)).toEqual(namedParameters(model).map(({ name }) => name));
    expect(rates(loaded, sgd(loaded, { learningRate: 1 }))[0]).toEqual(['embedding_1/embeddings', WIDTH / BASE]);
  });

  it('says which embedding it looks for where no layer leads from it', () => {
    const config = { embedding: { name: 'tokens' }, classes: 7, name: 'logits' };
    const orphan = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [3] })] });
    orphan.add(layers.sharedReadout(config));
    expect(() => orphan.predict(tf.ones([1, 3]))).toThrow(/the embedding tokens before the shared readout logits/);
  });
});

describe('a hand-written model that is saved', () => {
  it('has its base shapes in a file, and is not rescaled when it is loaded', () => {
    const hand = (n: number) => ({
      parameters: {
        in: tf.variable(tf.randomNormal([5, n])),
        hidden: tf.variable(tf.randomNormal([n, n])),
      },
    });
    const model = parametrize(hand, { width: WIDTH, baseWidth: BASE });
    const path = join(mkdtempSync(join(tmpdir(), 'saved-')), 'shapes.json');
    saveBaseShapes(baseShapesOf(model), path);
    const copies = Object.entries(model.parameters).map(([name, v]) => [name, tf.variable(tf.clone(v))]);
    const loaded: ReturnType<typeof hand> = { parameters: Object.fromEntries(copies) };
    setBaseShapes(loaded, path, { rescale: false });
    expect(values(loaded)).toEqual(values(model));
    expect(rates(loaded, adam(loaded, { learningRate: 1 }))).toEqual([
      ['in', 1],
      ['hidden', BASE / WIDTH],
    ]);
    expect(baseShapesOf(loaded)).toEqual<BaseShapes>(baseShapesOf(model));
  });

  it('has no base shapes to save in SP', () => {
    const sp = parametrize(mlp, { width: WIDTH, baseWidth: BASE, parametrization: 'sp' });
    expect(code(() => baseShapesOf(sp))).toBe('BASE_SHAPES_MISSING');
  });
});
