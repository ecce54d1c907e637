import { describe, expect, it } from 'vitest';
import { check } from '../../src/check.js';
import { tf, type NamedTensorMap, type Tensor } from '../../src/engine/tf.js';
import { defineModel, type Expectation, type ModelDefinition } from '../../src/model/definition.js';
import { mup } from '../../src/mup/index.js';

type Symbolic = ReturnType<typeof tf.input>;

interface Changes {
  /** Whether the end of the branch starts at zero, so that what is inside has no gradient at first. */
  isZeroEnd?: boolean;
  /** A layer that is not trainable. */
  frozen?: string;
  /** A layer whose rate is 0. */
  rateless?: string;
  /** A layer the optimizer never gets a gradient of. */
  untouched?: string;
  /** Whether there is a second output, which the loss does not look at. */
  isAside?: boolean;
  expect?: Record<string, Expectation>;
  steps?: number;
}

/** x → embed → h + down(relu(up(h))) → head in µP under Adam, checked. */
async function checked({ rateless, untouched, isAside = false, ...changes }: Changes = {}) {
  const definition: ModelDefinition = defineModel({
    name: 'residual',
    widths: [16, 32, 64, 128],
    seeds: 3,
    steps: changes.steps ?? 3,
    expect: changes.expect ?? {},
    build: ({ width }) =>
      mup.parametrize((units) => residual(units, { isAside, ...changes }), { width, baseWidth: 16 }),
    batch: ({ seed }) => ({
      x: tf.randomNormal([16, 8], 0, 1, 'float32', 2 * seed + 1),
      y: tf.randomNormal([16, 4], 0, 1, 'float32', 2 * seed + 2),
    }),
    objective: ({ model, batch }) => {
      const outputs = model.apply(batch.x as Tensor, { training: true });
      return tf.losses.meanSquaredError(batch.y as Tensor, (isAside ? (outputs as Tensor[])[0] : outputs) as Tensor);
    },
    optimizer: ({ model }) => {
      const optimizer = mup.adam(model, { learningRate: 1e-3 });
      const apply = optimizer.applyGradients.bind(optimizer);
      optimizer.applyGradients = (gradients) => {
        const touched = Object.entries(gradients as NamedTensorMap).filter(
          ([name]) => !name.startsWith(`${untouched}/`),
        );
        // Adam's update of a gradient that was always 0 is 0, as with a rate of 0.
        apply(
          Object.fromEntries(touched.map(([name, g]) => [name, name.startsWith(`${rateless}/`) ? tf.mul(g, 0) : g])),
        );
      };
      return optimizer;
    },
  });
  const result = await check(definition);
  const parameterOf = (name: string) => result.parameters.find(({ parameter }) => parameter === name);
  return { ...result, parameterOf };
}

function residual(units: number, { isZeroEnd = false, frozen, isAside }: Changes) {
  const dense = (name: string, rest: object = {}) =>
    tf.layers.dense({ units, name, trainable: name !== frozen, ...rest });
  const x = tf.input({ shape: [8] });
  const h = dense('embed').apply(x) as Symbolic;
  const up = dense('up', { activation: 'relu' }).apply(h) as Symbolic;
  const down = dense('down', isZeroEnd ? { kernelInitializer: 'zeros' } : {}).apply(up) as Symbolic;
  const sum = tf.layers.add({ name: 'sum' }).apply([h, down]) as Symbolic;
  const outputs = [sum, ...(isAside ? [sum] : [])].map((from, i) => {
    return dense(i === 0 ? 'head' : 'aside', { units: 4 }).apply(from) as Symbolic;
  });
  return tf.model({ inputs: x, outputs });
}

describe('check, of parameters that show no change', () => {
  it('passes the model where each does', async () => {
    const { verdict, parameters } = await checked({ isZeroEnd: true });
    expect(verdict).toBe('pass');
    expect(parameters.map(({ outcome }) => outcome)).toEqual(parameters.map(() => 'pass'));
  });

  it('is inconclusive of a matrix behind a zero branch end after one step, and says that more would settle it', async () => {
    const { verdict, parameterOf, summary } = await checked({ isZeroEnd: true, steps: 1 });
    expect(parameterOf('down/kernel')?.outcome).toBe('pass');
    expect(parameterOf('up/kernel')).toMatchObject({
      outcome: 'inconclusive',
      reason: 'there is no slope: its gradient is exactly 0 at every step recorded',
    });
    expect(verdict).toBe('inconclusive');
    expect(summary).toMatch(/record more steps/);
  });

  it('is inconclusive of a matrix the loss never looks at, unless that is declared', async () => {
    const found = await checked({ isAside: true });
    expect(found.parameterOf('aside/kernel')).toMatchObject({ outcome: 'inconclusive' });
    expect(found.parameterOf('aside/kernel')?.reason).toMatch(/the loss does not depend on it/);
    expect(found.verdict).toBe('inconclusive');
    for (const intent of ['ignore', 'frozen'] as const) {
      const declared = await checked({ isAside: true, expect: { 'aside*': intent } });
      expect(declared.verdict).toBe('pass');
      expect(declared.parameterOf('aside/kernel')).toMatchObject({ outcome: 'inapplicable', declared: intent });
    }
  });

  it.each<[string, Changes]>([
    ['whose rate is 0', { rateless: 'up' }],
    ['that the optimizer never gets', { untouched: 'up' }],
  ])('fails a layer %s, and passes it where it is declared frozen', async (_, changes) => {
    const found = await checked(changes);
    expect(found.verdict).toBe('fail');
    expect(found.rules.find(({ outcome }) => outcome === 'fail')).toMatchObject({
      rule: 'frozen-parameter',
      where: { parameters: ['up/kernel', 'up/bias'] },
    });
    const declared = await checked({ ...changes, expect: { 'up/*': 'frozen' } });
    expect(declared.verdict).toBe('pass');
    expect(declared.parameterOf('up/kernel')).toMatchObject({
      outcome: 'inapplicable',
      reason: 'declared frozen, and it never moves',
    });
    expect(declared.notes).toContain('Frozen, listed and not judged: up/kernel, up/bias.');
  });

  it.each<[string, Changes]>([
    ['not declared', { frozen: 'up' }],
    ['declared frozen', { frozen: 'up', expect: { 'up/kernel': 'frozen' } }],
  ])('passes a model with a layer that is not trainable, and reports it as frozen: %s', async (_, changes) => {
    const { verdict, parameterOf, parameters, notes } = await checked(changes);
    expect(verdict).toBe('pass');
    expect(parameterOf('up/kernel')).toMatchObject({
      role: 'hidden',
      infinite: [true, true],
      outcome: 'inapplicable',
      reason: 'frozen: it is not trainable',
      declared: changes.expect === undefined ? null : 'frozen',
    });
    expect(parameters.filter(({ outcome }) => outcome === 'pass')).toHaveLength(6);
    expect(notes).toContain('Frozen, listed and not judged: up/kernel, up/bias.');
  });

  it('fails a layer that is declared frozen and moves', async () => {
    const { verdict, rules, summary } = await checked({ expect: { 'up/*': 'frozen' } });
    expect(verdict).toBe('fail');
    expect(rules.filter(({ outcome }) => outcome === 'fail')).toMatchObject([
      {
        rule: 'frozen-parameter',
        where: { parameters: ['up/kernel', 'up/bias'] },
        reason: 'declared frozen, and it moves',
      },
    ]);
    expect(summary).toMatch(/up\/kernel, up\/bias \(declared frozen, and it moves\)/);
  });
});
