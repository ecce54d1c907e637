import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine, EngineName } from '../../src/engine/engine.js';
import { listEngines, openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type Optimizer, type Scalar, type Tensor } from '../../src/engine/tf.js';
import { relativeRms } from './agreement.js';
import { SMALL_MODELS, type SmallModel } from './models.js';

const STEPS = 4;

/** How far an engine may be from cpu, in relative RMS: each sums in an order of its own. */
const TOLERANCE: Record<EngineName, number> = {
  onnx: 1e-5,
  wasm: 1e-4,
  'tfjs-node': 1e-4,
  'tfjs-node-gpu': 1e-4,
  cpu: 0,
};
/** The engines that come with coordcheck. */
const OURS = ['onnx', 'wasm'] as const;

const OPTIMIZERS: Record<string, () => Optimizer> = {
  sgd: () => tf.train.sgd(0.05),
  // An ε far above what rounding leaves of a gradient that is 0 in theory (an attention key's bias): Adam turns that into a
  // full step where ε does not drown it.
  adam: () => tf.train.adam(0.01, 0.9, 0.999, 1e-3),
};

/** One training step; returns the statistics of its forward pass: mean |output|, mean output², loss. */
function trainStep(engine: Engine, { model, x, y }: SmallModel, optimizer: Optimizer) {
  const forward = () => model.apply(x, { training: true }) as Tensor;
  return engine.step(() => {
    const output = forward();
    const sizes = [output.abs().mean(), output.square().mean()];
    const loss = optimizer.minimize(() => tf.losses.softmaxCrossEntropy<Tensor, Scalar>(y, forward()), true)!;
    return tf.stack([...sizes, loss]);
  });
}

/** Parameters and statistics after {@link STEPS} steps on an engine. */
async function trained(name: EngineName, make: () => SmallModel, makeOptimizer: () => Optimizer) {
  const engine = await openEngine(name, { threads: 1 });
  const small = withSeededRandom('conformance', make);
  const optimizer = makeOptimizer();
  const statistics = Array.from({ length: STEPS }, () => trainStep(engine, small, optimizer));
  const initial = withSeededRandom('conformance', make);
  const [before, after] = [await engine.read(initial.model.getWeights()), await engine.read(small.model.getWeights())];
  const result = { before, after, statistics: await engine.read(statistics) };
  for (const { model, x, y } of [small, initial]) tf.dispose([model.dispose() as never, x, y]);
  optimizer.dispose();
  tf.dispose(statistics);
  engine.endRun();
  return result;
}

const available: EngineName[] = [];
beforeAll(async () => {
  for (const { name, available: can } of await listEngines()) if (can === true) available.push(name);
});

describe('every available engine', () => {
  it('includes onnx, wasm and cpu', () => {
    expect(available).toEqual(expect.arrayContaining(['onnx', 'wasm', 'cpu']));
  });

  for (const [model, make] of Object.entries(SMALL_MODELS)) {
    for (const [optimizer, makeOptimizer] of Object.entries(OPTIMIZERS)) {
      it(`trains the ${model} under ${optimizer} as cpu does`, async () => {
        const expected = await trained('cpu', make, makeOptimizer);
        for (const name of available.filter((name) => name !== 'cpu')) {
          const got = await trained(name, make, makeOptimizer);
          for (const [i, statistics] of got.statistics.entries()) {
            expect(relativeRms(statistics, expected.statistics[i]), `${name}, step ${i}`).toBeLessThan(TOLERANCE[name]);
          }
          for (const [i, weights] of got.after.entries()) {
            expect(relativeRms(weights, expected.after[i]), `${name}, weight ${i}`).toBeLessThan(TOLERANCE[name]);
          }
        }
      });
    }

    for (const name of OURS) {
      it(`moves every parameter of the ${model} under adam on ${name}`, async () => {
        const { before, after } = await trained(name, make, OPTIMIZERS['adam']);
        for (const [i, weights] of after.entries())
          expect(relativeRms(weights, before[i]), `weight ${i}`).toBeGreaterThan(1e-4);
      });

      it(`trains the ${model} to equal bits twice on ${name}`, async () => {
        const first = await trained(name, make, OPTIMIZERS['adam']);
        expect(await trained(name, make, OPTIMIZERS['adam'])).toEqual(first);
      });

      it(`holds as many tensors after 100 steps of the ${model} as after 2 on ${name}`, async () => {
        const engine = await openEngine(name, { threads: 1 });
        const small = withSeededRandom('leak', make);
        const optimizer = OPTIMIZERS['adam']();
        const step = async () => {
          const statistics = trainStep(engine, small, optimizer);
          await engine.read([statistics]);
          statistics.dispose();
        };
        const held = () => [
          engine.stats().tensors,
          engine.stats().bytes,
          (tf.backend() as unknown as { numDataIds(): number }).numDataIds(),
        ];
        for (let i = 0; i < 2; i += 1) await step();
        const early = held();
        for (let i = 2; i < 100; i += 1) await step();
        expect(held()).toEqual(early);
      });
    }
  }

  it.each(OURS)('trains without forwarding a kernel to cpu on %s', async (name) => {
    const engine = await openEngine(name, { threads: 1 });
    expect(engine.stats().forwarded).toEqual({});
  });
});
