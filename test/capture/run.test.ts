import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun, placesOfRun } from '../../src/capture/run.js';
import type { RunSpec } from '../../src/capture/run-spec.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel, type ModelDefinition } from '../../src/model/definition.js';
import { SPEC } from './small-run.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

const { dense } = tf.layers;

/** An MLP with whatever else a test needs of it. */
function mlp(rest: Partial<ModelDefinition> = {}): ModelDefinition {
  return defineModel({
    build: ({ width }) =>
      tf.sequential({
        layers: [dense({ units: width, activation: 'relu', inputShape: [6] }), dense({ units: 3, name: 'head' })],
      }),
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([8, 6], 0, 1, 'float32', 1 + seed + 10 * step),
      y: tf.tidy(() => tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3)),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: () => tf.train.adam(0.01),
    ...rest,
  });
}

const run = (definition: ModelDefinition, spec: Partial<RunSpec> = {}) =>
  executeRun(definition, { ...SPEC, ...spec }, { engine, store: batchStore(definition) });

type Output = Awaited<ReturnType<typeof run>>;

const valueOf = ({ rows }: Output, match: Partial<Output['rows'][number]>) =>
  rows.find((row) => Object.entries(match).every(([key, value]) => row[key as keyof typeof row] === value))?.value;

describe('executeRun', () => {
  it('gives the same records again, whatever ran before', async () => {
    const first = await run(mlp());
    await run(mlp(), { width: 8, seed: 4 });
    expect(await run(mlp())).toEqual(first);
  });

  it('records steps 0 to the last for taps, and a loss for every update', async () => {
    const output = await run(mlp());
    const steps = output.rows.filter((r) => r.name === 'head' && r.quantity === 'activation').map((r) => r.step);
    expect(steps).toEqual([0, 1, 2]);
    expect(output.run.loss).toHaveLength(2);
    expect(output.run.state).toBe('finished');
    expect(output.run.taps.map(({ name }) => name)).toEqual(['dense_1', 'dense_1/relu', 'head']);
  });

  it('measures Δx as the change of x', async () => {
    const definition = mlp({ optimizer: () => tf.train.sgd(0) });
    const output = await run(definition);
    expect(valueOf(output, { name: 'head', quantity: 'change', step: 1 })).toBe(0);
    expect(valueOf(output, { name: 'head/kernel', quantity: 'isolatedUpdate', step: 1 })).toBe(0);
  });

  it('isolates what a bias adds: under Adam its first update is the rate, at every coordinate', async () => {
    const output = await run(mlp());
    const isolated = valueOf(output, { name: 'head/bias', quantity: 'isolatedUpdate', step: 1, tap: 'head' });
    // Float32 rounding of outputs of size 1, and Adam's epsilon of 1e-7 against gradients of 1e-2.
    expect(isolated).toBeCloseTo(0.01, 5);
  });

  it('measures an objective of one’s own like the same loss by name', async () => {
    const objective = mlp({
      objective: ({ model, batch }) => {
        const outputs = (model as unknown as { apply(x: unknown, how: object): Tensor }).apply(batch.x, {
          training: true,
        });
        return tf.losses.meanSquaredError(batch.y as Tensor, outputs);
      },
    });
    const [own, named] = [await run(objective), await run(mlp({ loss: 'meanSquaredError' }))];
    expect(own.run.loss).toEqual(named.run.loss);
    expect(own.rows).toEqual(named.rows);
  });

  it('trains a compiled model by its own loss and optimizer', async () => {
    const { batch } = mlp();
    const compiled = defineModel({
      build: ({ width }) => {
        const model = tf.sequential({
          layers: [dense({ units: width, inputShape: [6] }), dense({ units: 3, activation: 'softmax', name: 'head' })],
        });
        model.compile({ loss: 'categoricalCrossentropy', optimizer: tf.train.adam(0.01) });
        return model;
      },
      ...(batch && { batch }),
    });
    const output = await run(compiled);
    expect(output.run).toMatchObject({ state: 'finished', optimizer: 'Adam' });
    expect(output.run.taps.map(({ name }) => name)).toEqual(['dense_1', 'head', 'head/softmax']);
    const isolated = valueOf(output, { name: 'head/bias', quantity: 'isolatedUpdate', step: 1, tap: 'head' });
    expect(isolated).toBeCloseTo(0.01, 5);
  });

  it('waits for the first step at which an isolated update is not exactly zero', async () => {
    const zeroReadout = mlp({
      build: ({ width }) =>
        tf.sequential({
          layers: [
            dense({ units: width, activation: 'relu', inputShape: [6] }),
            dense({ units: 3, name: 'head', kernelInitializer: 'zeros' }),
          ],
        }),
    });
    const output = await run(zeroReadout);
    const of = (name: string) =>
      output.rows.filter((r) => r.name === name && r.quantity === 'isolatedUpdate').map((r) => [r.step, r.value === 0]);
    expect(of('dense_1/kernel')).toEqual([
      [1, true],
      [2, false],
    ]);
    expect(of('head/kernel')).toEqual([[1, false]]);
  });

  it('lists a bias in front of batch norm as inert', async () => {
    const normalised = mlp({
      build: ({ width }) =>
        tf.sequential({
          layers: [
            dense({ units: width, inputShape: [6] }),
            tf.layers.batchNormalization({}),
            tf.layers.reLU(),
            dense({ units: 3 }),
          ],
        }),
    });
    expect((await run(normalised)).run.inert).toEqual(['dense_1/bias']);
  });

  it('calls a run whose loss is not finite diverged, and stops there', async () => {
    const { run: record } = await run(mlp({ optimizer: () => tf.train.sgd(1e38) }));
    expect(record.state).toBe('diverged');
    expect(record.loss.length).toBeLessThanOrEqual(2);
  });

  it('leaves no tensor behind but the batches of its seed', async () => {
    const definition = mlp();
    const bench = { engine, store: batchStore(definition) };
    await executeRun(definition, SPEC, bench);
    const before = tf.memory().numTensors;
    for (const width of [4, 8, 12]) await executeRun(definition, { ...SPEC, width }, bench);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('keeps tensors that the model’s own batch hands out again', async () => {
    const y = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
    const x = tf.randomNormal([8, 6], 0, 1, 'float32', 1);
    const definition = mlp({ batch: () => ({ x, y }) });
    const bench = { engine, store: batchStore(definition) };
    for (const width of [4, 8]) await executeRun(definition, { ...SPEC, width }, bench);
    expect(x.isDisposed).toBe(false);
  });
});

describe('executeRun, of a definition that hands out the same thing twice', () => {
  it('refuses an optimizer: its state would pass from run to run', async () => {
    const optimizer = tf.train.adam(0.01);
    await expect(run(mlp({ optimizer: () => optimizer }))).rejects.toThrow(/returned the same optimizer a second time/);
  });

  it('refuses a model: it is trained already', async () => {
    const model = tf.sequential({ layers: [dense({ units: 3, inputShape: [6] })] });
    const definition = mlp({ build: () => model });
    await run(definition);
    await expect(run(definition)).rejects.toThrow(/returned the same model a second time/);
  });
});

describe('placesOfRun', () => {
  it('finds each parameter at its own layer, and over what only multiplies or adds', async () => {
    const places = await placesOfRun(mlp(), { ...SPEC }, { engine, store: batchStore(mlp()) });
    const at = (tap: string) => [expect.objectContaining({ name: null, places: [{ tap, sharesInitial: true }] })];
    expect(places).toEqual({
      ownTaps: [],
      isRepeatable: true,
      uses: {
        'dense_1/kernel': at('dense_1'),
        'dense_1/bias': at('dense_1'),
        'head/kernel': at('head'),
        'head/bias': at('head'),
      },
    });
  });

  it('notices a model that draws from generators it seeds itself, and not one that draws as it is seeded', async () => {
    const noisy = (noise: (shape: number[]) => Tensor) =>
      mlp({
        build: ({ width }) => {
          const w = tf.variable(tf.randomNormal([6, 3], 0, width ** -0.5));
          return { parameters: { w }, apply: (x: Tensor) => tf.matMul(tf.add(x, noise(x.shape)), w) };
        },
      });
    let seed = 0;
    const own = noisy((shape) => tf.randomNormal(shape, 0, 1, 'float32', ++seed));
    const given = noisy((shape) => tf.randomNormal(shape));
    const isRepeatable = async (definition: ModelDefinition) =>
      (await placesOfRun(definition, SPEC, { engine, store: batchStore(definition) })).isRepeatable;
    expect([await isRepeatable(own), await isRepeatable(given)]).toEqual([false, true]);
  });

  it('gives a run the same rows at another width as if it had searched there', async () => {
    const definition = mlp();
    const places = await placesOfRun(definition, { ...SPEC, width: 8 }, { engine, store: batchStore(definition) });
    expect((await run(definition, { places })).rows).toEqual((await run(definition)).rows);
  });
});

const quantities = async (measure: RunSpec['measure']) =>
  [...new Set((await run(mlp(), { measure })).rows.map(({ quantity }) => quantity))].toSorted();

const activations = async (measure: RunSpec['measure']) =>
  (await run(mlp(), { measure })).rows.filter(({ quantity }) => quantity === 'activation');

describe('RunSpec.measure', () => {
  it('adds to activations the changes, and to them what each parameter does alone', async () => {
    const changes = ['activation', 'change', 'gradient', 'update', 'value'];
    expect(await quantities('activations')).toEqual(['activation']);
    expect(await quantities('changes')).toEqual(changes);
    expect(await quantities('all')).toEqual(
      [...changes, 'centredChange', 'init', 'isolatedUpdate', 'propagated'].toSorted(),
    );
  });

  it('does not change what is measured of activations', async () => {
    expect(await activations('activations')).toEqual(await activations('all'));
  });
});

const data = { x: Float32Array.from({ length: 48 }, (_, i) => Math.sin(i)), y: [0, 1, 2, 0, 1, 2, 0, 1] };
const batch = () => ({
  x: tf.tensor2d(data.x, [8, 6]),
  y: tf.tidy(() => tf.oneHot(tf.tensor1d(data.y, 'int32'), 3)),
});
const passesOf = async (rest: Partial<ModelDefinition>, dropout = 0) => {
  let passes = 0;
  class Counting extends tf.layers.Layer {
    static readonly className = 'Counting';
    override call(inputs: Tensor | Tensor[]): Tensor {
      passes += 1;
      return [inputs].flat()[0];
    }
  }
  const layers = () => [dense({ units: 16, inputShape: [6] }), new Counting({}), tf.layers.dropout({ rate: dropout })];
  const build = () => tf.sequential({ layers: [...layers(), dense({ units: 3 })] });
  const { rows } = await run(mlp({ build, ...rest }), { measure: 'changes' });
  // The order in which a step's rows were measured is not part of the records: they are sorted.
  return { rows: rows.map((row) => JSON.stringify(row)).toSorted(), passes };
};

describe('a batch that stays the same', () => {
  it('is not run through the model a second time for the probe, and gives the same rows', async () => {
    const fixed = batch();
    const [once, twice] = [await passesOf({ batch: () => fixed }), await passesOf({ batch })];
    expect(once.rows).toEqual(twice.rows);
    // Steps 0 and 1 are trained. The batch of step 0 is what is probed; that of step 1 is, where it is the same.
    expect(twice.passes - once.passes).toBe(1);
  });

  it('is probed apart from training where the model draws', async () => {
    const fixed = batch();
    const [once, twice] = [await passesOf({ batch: () => fixed }, 0.5), await passesOf({ batch }, 0.5)];
    expect(once.rows).toEqual(twice.rows);
    expect(once.passes).toBe(twice.passes);
  });
});

describe('RunRecord.notes', () => {
  it('names the kernels that an engine left to cpu, in each run that used them', async () => {
    const wasm = await openEngine('wasm', { threads: 1 });
    const build = () => ({ parameters: { w: tf.variable(tf.ones([6, 3])) }, apply: (x: Tensor) => x });
    const definition = mlp({
      build,
      objective: ({ model, batch }) => {
        const { w } = (model as unknown as { parameters: { w: Tensor } }).parameters;
        const same = tf.einsum('ij,kj->ij', batch.x as Tensor, tf.ones([1, 6]));
        return tf.mean(tf.matMul(same, w));
      },
    });
    const notesOn = async (engine: Engine) =>
      (await executeRun(definition, { ...SPEC, measure: 'changes' }, { engine, store: batchStore(definition) })).run
        .notes;
    const expected = ['Engine wasm left Einsum to cpu: right, but slow.'];
    expect([await notesOn(wasm), await notesOn(wasm)]).toEqual([expected, expected]);
    engine = await openEngine('cpu', { threads: 1 });
    expect(await notesOn(engine)).toEqual([]);
  });
});
