import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mnistBatch } from '../../fixtures/models/mnist.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { withSeededRandom } from '../../src/engine/random.js';
import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';
import { layers } from '../../src/mup/layers.js';
import { adam, sgd, type MupOptimizer } from '../../src/mup/optimizers.js';
import type { ModelLike } from '../../src/mup/parameters.js';
import { parametrize, type ParametrizeOptions } from '../../src/mup/parametrize.js';

// The claims that the mup package's own tests make of it, on trainings (mup/test/__main__.py), on MNIST for CIFAR-10.

let engine: Engine;
beforeAll(async () => void (engine = await openEngine('auto', { threads: 1 })));
afterAll(async () => engine.dispose());

const BATCH = 32;

type OptimizerName = 'sgd' | 'adam';
const OPTIMIZERS: readonly OptimizerName[] = ['sgd', 'adam'];

/** At the rates of the package's tests. */
function optimizerOf(model: ModelLike, name: OptimizerName): MupOptimizer {
  return name === 'sgd' ? sgd(model, { learningRate: 0.1 }) : adam(model, { learningRate: 1e-3, epsilon: 1e-8 });
}

interface Architecture {
  build(width: number, batchNorm: boolean): LayersModel;
  baseWidth: number;
  inputShape: number[];
}

const kernelInitializer = 'heNormal';
const normalized = (on: boolean) => (on ? [tf.layers.batchNormalization()] : []);

const ARCHITECTURES: Record<'mlp' | 'cnn', Architecture> = {
  mlp: {
    baseWidth: 256,
    inputShape: [784],
    build: (w, batchNorm) =>
      tf.sequential({
        layers: [
          tf.layers.dense({ units: w, kernelInitializer, inputShape: [784] }),
          ...normalized(batchNorm),
          tf.layers.reLU(),
          tf.layers.dense({ units: w, kernelInitializer }),
          ...normalized(batchNorm),
          tf.layers.reLU(),
          layers.readout({ units: 10, readoutZeroInit: true }),
        ],
      }),
  },
  cnn: {
    baseWidth: 8,
    inputShape: [28, 28, 1],
    build: (w, batchNorm) =>
      tf.sequential({
        layers: [
          tf.layers.conv2d({ filters: w, kernelSize: 5, kernelInitializer, inputShape: [28, 28, 1] }),
          ...normalized(batchNorm),
          tf.layers.reLU(),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.conv2d({ filters: 2 * w, kernelSize: 5, kernelInitializer }),
          ...normalized(batchNorm),
          tf.layers.reLU(),
          tf.layers.maxPooling2d({ poolSize: 2 }),
          tf.layers.flatten(),
          tf.layers.dense({ units: 16 * w, kernelInitializer }),
          tf.layers.reLU(),
          tf.layers.dense({ units: 10 * w, kernelInitializer }),
          tf.layers.reLU(),
          layers.readout({ units: 10, readoutZeroInit: true }),
        ],
      }),
  },
};

type Options = Omit<ParametrizeOptions, 'baseWidth'> & { batchNorm?: boolean };

function built({ build, baseWidth }: Architecture, { batchNorm = false, ...options }: Options): LayersModel {
  const buildAtWidth = (w: number) => build(w, batchNorm);
  return withSeededRandom(`weights ${options.width}`, () => parametrize(buildAtWidth, { ...options, baseWidth }));
}

/** What a step is trained on, its images in the model's shape. */
function batchOf({ inputShape }: Architecture, step: number): { x: Tensor; y: Tensor } {
  const { x, y } = mnistBatch({ tf, seed: 0, step, size: BATCH });
  return { x: tf.reshape(x, [BATCH, ...inputShape]), y };
}

/** One step: mean |x| after every layer if asked for, then the loss; both before the update. */
async function trainStep(
  model: LayersModel,
  optimizer: MupOptimizer,
  { batch, measures }: { batch: { x: Tensor; y: Tensor }; measures: boolean },
): Promise<number[]> {
  const kept = engine.step(() => {
    const sizes: Tensor[] = [];
    const loss = optimizer.minimize(() => {
      let activation = batch.x;
      for (const layer of model.layers) {
        activation = layer.apply(activation, { training: true }) as Tensor;
        if (measures) sizes.push(tf.keep(tf.mean(tf.abs(activation))));
      }
      return tf.losses.softmaxCrossEntropy(batch.y, activation);
    }, true) as Tensor;
    return [...sizes, loss];
  });
  const values = (await engine.read(kept)).map(([value = Number.NaN]) => value);
  tf.dispose(kept);
  return values;
}

/** Mean loss of the steps up to each one, as the package's tests take it. */
async function runningLosses(width: number, optimizer: OptimizerName, steps: number): Promise<number[]> {
  const model = built(ARCHITECTURES.mlp, { width });
  const made = optimizerOf(model, optimizer);
  const running: number[] = [];
  let sum = 0;
  for (let step = 0; step < steps; step += 1) {
    const batch = batchOf(ARCHITECTURES.mlp, step);
    const [loss = Number.NaN] = await trainStep(model, made, { batch, measures: false });
    tf.dispose(batch);
    sum += loss;
    running.push(sum / (step + 1));
  }
  made.dispose();
  model.dispose();
  return running;
}

/** Coordinate sizes of every layer, over 3 steps on the same batch. */
async function coordinateSizes(
  architecture: Architecture,
  optimizer: OptimizerName,
  options: Options,
): Promise<number[][]> {
  const model = built(architecture, options);
  const made = optimizerOf(model, optimizer);
  const batch = batchOf(architecture, 0);
  const sizes: number[][] = [];
  for (let t = 1; t <= 3; t += 1) sizes.push((await trainStep(model, made, { batch, measures: true })).slice(0, -1));
  made.dispose();
  model.dispose();
  tf.dispose(batch);
  return sizes;
}

interface Case extends Omit<Options, 'width'> {
  name: 'mlp' | 'cnn';
  optimizer: OptimizerName;
  widths: number[];
}

/** Coordinate size at the wider width over that at the narrower, per step and layer. */
async function coordinateRatios({ name, optimizer, widths, ...options }: Case): Promise<number[][]> {
  const [narrow = 0, wide = 0] = widths;
  const a = await coordinateSizes(ARCHITECTURES[name], optimizer, { ...options, width: narrow });
  const b = await coordinateSizes(ARCHITECTURES[name], optimizer, { ...options, width: wide });
  return b.map((sizes, t) => sizes.map((size, layer) => size / (a[t]?.[layer] ?? Number.NaN)));
}

describe('a wider model', () => {
  it.each(OPTIMIZERS)('starts at the same loss, and is lower at steps 101 and 201, with %s', async (name) => {
    const [narrow, middle, wide] = [
      await runningLosses(64, name, 201),
      await runningLosses(256, name, 201),
      await runningLosses(1024, name, 201),
    ];
    expect(new Set([narrow[0], middle[0], wide[0]]).size).toBe(1);
    for (const t of [100, 200]) {
      expect(middle[t]).toBeLessThan(narrow[t] ?? Number.NaN);
      expect(wide[t]).toBeLessThan(middle[t] ?? Number.NaN);
    }
  });
});

/** The package's own widths for the MLP; its CNN goes to 512, whose first dense layer alone has 134 million weights. */
const CASES: readonly Case[] = OPTIMIZERS.flatMap((optimizer): Case[] => [
  { name: 'mlp', optimizer, batchNorm: false, widths: [1000, 4000] },
  { name: 'mlp', optimizer, batchNorm: true, widths: [1000, 4000] },
  { name: 'cnn', optimizer, batchNorm: false, widths: [64, 256] },
]);

describe('coordinate sizes', () => {
  it.each(CASES)('stay within 1.2 over 4 times the width, $name, $optimizer, batch norm $batchNorm', async (given) => {
    const ratios = await coordinateRatios(given);
    // The output is 0 at both widths before the first update.
    expect(ratios[0].pop()).toBeNaN();
    for (const [t, row] of ratios.entries())
      for (const [layer, ratio] of row.entries())
        expect(Math.max(ratio, 1 / ratio), `layer ${layer} at t = ${t + 1}`).toBeLessThan(1.2);
  });

  it('do not in SP', async () => {
    const ratios = await coordinateRatios({
      name: 'mlp',
      optimizer: 'adam',
      widths: [1000, 4000],
      parametrization: 'sp',
    });
    expect(ratios[1].at(-1)).toBeGreaterThan(2);
  });
});
