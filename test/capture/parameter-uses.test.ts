import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeRun, placesOfRun } from '../../src/capture/run.js';
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

/** A run at width 16 that looks where the search at width 8 found. */
async function searchedRun(definition: ModelDefinition) {
  const store = batchStore(definition);
  const places = await placesOfRun(definition, { ...SPEC, width: 8 }, { engine, store });
  return { places, ...(await executeRun(definition, { ...SPEC, places }, { engine, store })) };
}

const linear = (from: number, to: number) => tf.variable(tf.randomNormal([from, to], 0, 1 / Math.sqrt(from)));

const TOKENS = 7;
const batch = ({ seed }: { seed: number }) => ({
  x: tf.randomUniform([12], 0, TOKENS, 'int32', seed + 1),
  y: tf.oneHot(tf.randomUniform([12], 0, TOKENS, 'int32', seed + 2), TOKENS),
});

/** Token → embedding → a·relu(b·x) → the embedding again, transposed; tapped nowhere but at the embedding. */
const tied = defineModel({
  build: ({ width }) => {
    const parameters = { table: tf.variable(tf.randomNormal([TOKENS, width])), a: linear(width, width) };
    const apply = (tokens: Tensor) => {
      const h = tf.relu(tf.matMul(tf.gather(parameters.table, tokens), parameters.a));
      return tf.div(tf.matMul(h, parameters.table, false, true), width);
    };
    return { parameters, apply };
  },
  batch,
  loss: 'softmaxCrossEntropy',
  optimizer: () => tf.train.adam(0.01),
});

describe('a tied parameter', () => {
  it('is looked at in each of its uses alone', async () => {
    const { run, rows } = await searchedRun(tied);
    const [table] = run.parameters;
    expect(table?.uses).toMatchObject([
      { name: 'table', kind: 'lookup', summed: [0] },
      { name: 'output', kind: 'product', summed: [1] },
    ]);
    const isolated = rows.filter(({ name, quantity }) => name === 'table' && quantity === 'isolatedUpdate');
    expect(isolated.map(({ use, tap }) => [use, tap])).toEqual([
      ['table', 'table'],
      ['output', 'output'],
    ]);
  });

  it('changes its readout by exactly h·ΔEᵀ there, as if the embedding had stayed', async () => {
    const { rows } = await searchedRun(tied);
    const size = (use: string) =>
      rows.find((row) => row.use === use && row.quantity === 'isolatedUpdate')?.value as number;
    // Adam's first step changes every touched row by the rate, at every coordinate.
    expect(size('table')).toBeGreaterThan(0.009);
    expect(size('table')).toBeLessThan(0.0101);
    expect(size('output')).toBeGreaterThan(0);
    expect(size('output')).toBeLessThan(0.01);
  });
});

/** Two matrices in one layer's call, with nothing tapped between them. */
class Bottleneck extends tf.layers.Layer {
  static readonly className = 'Bottleneck';

  override build(inputShape: number[]): void {
    const width = inputShape.at(-1) ?? 1;
    this.addWeight('down', [width, width], 'float32', tf.initializers.heNormal({}));
    this.addWeight('up', [width, width], 'float32', tf.initializers.heNormal({}));
    super.build(inputShape);
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x = inputs as Tensor] = Array.isArray(inputs) ? inputs : [inputs];
    const [down, up] = this.weights.map((weight) => weight.read()) as [Tensor, Tensor];
    return tf.matMul(tf.relu(tf.matMul(x as never, down)), up);
  }
}

const bottleneck = defineModel({
  build: ({ width }) =>
    tf.sequential({
      layers: [
        tf.layers.dense({ units: width, inputShape: [5] }),
        new Bottleneck({ name: 'bottleneck' }),
        tf.layers.dense({ units: 2, name: 'head' }),
      ],
    }),
  batch: ({ seed }) => ({
    x: tf.randomNormal([6, 5], 0, 1, 'float32', seed + 1),
    y: tf.randomNormal([6, 2], 0, 1, 'float32', seed + 2),
  }),
  optimizer: () => tf.train.sgd(0.1),
});

describe('several matrices in one layer', () => {
  it('get taps of their own products, in every pass', async () => {
    const { places, run, rows } = await searchedRun(bottleneck);
    expect(places.ownTaps).toEqual(['bottleneck/down', 'bottleneck/up']);
    // What the layer's own tap shows needs no other.
    expect(run.taps.map(({ name }) => name)).toEqual(['dense_1', 'bottleneck/down', 'bottleneck', 'head']);
    const isolated = rows.filter(({ quantity }) => quantity === 'isolatedUpdate');
    expect(isolated.map(({ name, tap }) => [name, tap])).toEqual(
      expect.arrayContaining([
        ['bottleneck/down', 'bottleneck/down'],
        ['bottleneck/up', 'bottleneck'],
      ]),
    );
    const changes = rows.filter(({ name, quantity }) => name === 'bottleneck/down' && quantity === 'change');
    expect(changes.map(({ step }) => step)).toEqual([1, 2]);
  });
});

/** x → e → + down·relu(up·), whose end starts at zero → r, under names that have no layers. */
const zeroEnd = defineModel({
  build: ({ width }) => {
    const parameters = {
      e: linear(5, width),
      up: linear(width, width),
      down: tf.variable(tf.zeros([width, width])),
      r: linear(width, 2),
    };
    const apply = (x: Tensor) => {
      const h = tf.matMul(x, parameters.e);
      const branch = tf.matMul(tf.relu(tf.matMul(h, parameters.up)), parameters.down);
      return tf.matMul(tf.add(h, branch), parameters.r);
    };
    return { parameters, apply };
  },
  batch: ({ seed }) => ({
    x: tf.randomNormal([6, 5], 0, 1, 'float32', seed + 1),
    y: tf.randomNormal([6, 2], 0, 1, 'float32', seed + 2),
  }),
  optimizer: () => tf.train.adam(0.01),
});

describe('what is upstream of a zero branch end', () => {
  it('is looked at after the update that opens the branch, and is not inert', async () => {
    const { run, rows } = await searchedRun(zeroEnd);
    expect(run.inert).toEqual([]);
    const isolated = rows.filter(({ quantity, value }) => quantity === 'isolatedUpdate' && value !== 0);
    expect(isolated.map(({ name, tap, step }) => [name, tap, step])).toEqual(
      expect.arrayContaining([
        ['up', 'up', 2],
        ['down', 'down', 1],
      ]),
    );
  });
});
