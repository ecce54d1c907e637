import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { capture } from '../../src/capture/capture.js';
import { executeRun, placesOfRun } from '../../src/capture/run.js';
import type { RunSpec } from '../../src/capture/run-spec.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import { batchStore } from '../../src/model/batch.js';
import { defineModel, type ModelDefinition } from '../../src/model/definition.js';
import { tap } from '../../src/model/tap.js';
import type { Prescription } from '../../src/records/prescription.js';
import { SPEC } from './small-run.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

const BASE = 4;
const NONE: Prescription = { baseWidth: BASE, parameters: {}, multipliers: {} };

/** One attention and a readout tied to the embedding; `scale` and `output` are what a user writes to scale them. */
function attention({ scale = 1, output = 1 } = {}): ModelDefinition {
  return defineModel({
    build: ({ width }) => {
      const make = (name: string, shape: number[]) => [name, tf.variable(tf.randomNormal(shape, 0, 0.5))] as const;
      const table = make('table', [6, width]);
      const query = make('query', [width, width]);
      const key = make('key', [width, width]);
      const parameters = Object.fromEntries([table, query, key]);
      const apply = (tokens: Tensor): Tensor => {
        const x = tap('embedding', tf.gather(table[1], tf.cast(tokens, 'int32') as never));
        const [q, k] = [tap('q', tf.matMul(x, query[1])), tap('k', tf.matMul(x, key[1]))];
        const logits = tap('logits', tf.mul(tf.matMul(q, k, false, true), scale));
        const mixed = tap('mixed', tf.matMul(tf.softmax(logits), x));
        return tf.mul(tf.matMul(mixed, table[1], false, true), output);
      };
      return { apply, parameters };
    },
    batch: () => ({
      x: tf.tensor1d([0, 1, 2, 3, 4, 5], 'int32'),
      y: tf.oneHot(tf.tensor1d([1, 2, 3, 4, 5, 0], 'int32'), 6),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: () => tf.train.sgd(0.1),
  });
}

async function run(definition: ModelDefinition, prescription?: Prescription) {
  const bench = { engine, store: batchStore(definition) };
  const spec: RunSpec = { ...SPEC, ...(prescription && { prescription }) };
  const places = await placesOfRun(definition, spec, bench);
  return executeRun(definition, { ...spec, places }, bench);
}

type Rows = Awaited<ReturnType<typeof run>>['rows'];

const valueOf = (rows: Rows, match: Partial<Rows[number]>): number => {
  const row = rows.find((each) => Object.entries(match).every(([key, v]) => each[key as keyof typeof each] === v));
  return Number(row?.value);
};

/** The largest ratio, over 1, of what two runs measured of the same thing. */
function furthest(a: Rows, b: Rows): number {
  const key = ({ value: _value, ...rest }: Rows[number]) => JSON.stringify(rest);
  const other = new Map(b.map((row) => [key(row), Number(row.value)]));
  expect([...other.keys()].toSorted()).toEqual(a.map(key).toSorted());
  const gaps = a.map((row) => Math.abs(Number(row.value) - other.get(key(row))!) / Math.abs(Number(row.value) || 1));
  return Math.max(...gaps);
}

describe('executeRun with a prescription', () => {
  it('multiplies an initial value by (width / base width)^exponent', async () => {
    const parameters = { query: { initExponent: -0.5, learningRateExponent: 0, gradientExponent: 0 } };
    const [before, after] = [await run(attention()), await run(attention(), { ...NONE, parameters })];
    const of = ({ rows }: typeof before, name: string) => valueOf(rows, { name, quantity: 'value' });
    // Width 16 over base width 4, to the power −½; single precision.
    expect(of(after, 'query') / of(before, 'query')).toBeCloseTo(0.5, 6);
    expect(of(after, 'key')).toBe(of(before, 'key'));
  });

  it('multiplies updates, and gradients before the optimizer: under SGD the two do the same', async () => {
    const dose = { initExponent: 0, learningRateExponent: 0, gradientExponent: 0 };
    const of = ({ rows }: Awaited<ReturnType<typeof run>>) =>
      valueOf(rows, { name: 'key', quantity: 'update', step: 1 });
    const plain = of(await run(attention()));
    for (const key of ['learningRateExponent', 'gradientExponent'] as const) {
      const parameters = { key: { ...dose, [key]: -1 } };
      expect(of(await run(attention(), { ...NONE, parameters })) / plain).toBeCloseTo(0.25, 4);
    }
  });

  it('multiplies attention logits as the user’s own scale would, gradients included', async () => {
    const outside = await run(attention(), { ...NONE, multipliers: { logits: -1 } });
    const inside = await run(attention({ scale: 1 / 4 }));
    expect(furthest(outside.rows, inside.rows)).toBeLessThan(1e-3);
    expect(outside.run.taps.find(({ name }) => name === 'logits')?.product?.factor).toBeCloseTo(1 / 4, 6);
  });

  it('multiplies a tied readout as the user’s own multiplier would, and not the embedding', async () => {
    const outside = await run(attention(), { ...NONE, multipliers: { 'table@output': -1 } });
    const inside = await run(attention({ output: 1 / 4 }));
    expect(furthest(outside.rows, inside.rows)).toBeLessThan(1e-3);
  });

  it('refuses a multiplier at a place that the model does not have', async () => {
    await expect(run(attention(), { ...NONE, multipliers: { nowhere: -1 } })).rejects.toThrow(
      /to name places of the model \(.*logits.*\), got 'nowhere'/,
    );
  });

  it('changes nothing at base width', async () => {
    const dose = { initExponent: -1, learningRateExponent: 1, gradientExponent: 1 };
    const prescription = { baseWidth: SPEC.width, parameters: { key: dose }, multipliers: { logits: -1 } };
    expect((await run(attention(), prescription)).rows).toEqual((await run(attention())).rows);
  });
});

describe('capture with a prescription', () => {
  it('says so in the header, under a name of its own', async () => {
    const prescription = { ...NONE, multipliers: { logits: -1 } };
    const options = { widths: [4, 8], seeds: 1, steps: 1, engine: 'cpu' } as const;
    const { header } = (await capture({ ...attention(), name: 'mine' }, { ...options, prescription })).records;
    expect(header.name).toBe('mine-prescribed');
    expect(header.config.prescription).toEqual(prescription);
    const plain = await capture({ ...attention(), name: 'mine' }, options);
    expect(plain.records.header.name).toBe('mine');
    expect(plain.records.header.config).not.toHaveProperty('prescription');
  });
});
