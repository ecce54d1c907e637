import type { Rank } from '@tensorflow/tfjs-core';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { withSeededRandom } from '../../../src/engine/random.js';
import { tf, type Optimizer, type Scalar, type Tensor } from '../../../src/engine/tf.js';
import { SMALL_MODELS, type SmallModel } from '../models.js';

let engine: Engine;
let backend: LazyBackend;
/** A backend that has seen nothing yet. */
async function openAnew(): Promise<void> {
  await engine?.dispose();
  engine = await openEngine('onnx', { threads: 1 });
  backend = tf.backend() as unknown as LazyBackend;
  // Whoever reads a freed block reads NaN.
  backend.heap.poisons = true;
}
beforeEach(openAnew);
afterAll(() => engine.dispose());

const STEPS = 10;

/** A training to be compared: what is read after each step. */
interface Training {
  step(step: number): Tensor[] | Promise<Tensor[]>;
  /** Read once, at the end. */
  state: Tensor[];
  dispose(): void;
}

/** What a training gives, and which of its steps were replays. */
async function trained(make: () => Training, replays: boolean) {
  await openAnew();
  backend.replays = replays;
  const held = backend.heap.bytes;
  return withSeededRandom('replay', async () => {
    const training = make();
    const read: Float32Array[][] = [];
    const replayed: number[] = [];
    for (let step = 0; step < STEPS; step += 1) {
      const before = backend.stats.replays;
      const tensors = await training.step(step);
      read.push(await engine.read(tensors));
      tf.dispose(tensors);
      if (backend.stats.replays > before) replayed.push(step);
    }
    const state = await engine.read(training.state);
    training.dispose();
    backend.flush();
    expect(backend.heap.bytes).toBe(held);
    return { values: { read, state }, replayed };
  });
}

/** The steps that were replays; their bits, and all others', are those of a training that is recorded throughout. */
async function replayedSteps(make: () => Training): Promise<number[]> {
  const recorded = await trained(make, false);
  expect(recorded.replayed).toEqual([]);
  const { values, replayed } = await trained(make, true);
  expect(values).toEqual(recorded.values);
  return replayed;
}

/** Statistics and loss of a step on a small model. */
function stepOf({ model, x, y }: Pick<SmallModel, 'model' | 'x' | 'y'>, optimizer: Optimizer): Tensor[] {
  return engine.step(() => {
    const output = model.apply(x, { training: true }) as Tensor;
    const loss = () => tf.losses.softmaxCrossEntropy<Tensor, Scalar>(y, model.apply(x, { training: true }) as Tensor);
    return [output.abs().mean(), optimizer.minimize(loss, true)!];
  });
}

type Before = (optimizer: Optimizer, step: number) => void;

function trainingOf(make: () => SmallModel, makeOptimizer: () => Optimizer, before?: Before): () => Training {
  return () => {
    const small = make();
    const optimizer = makeOptimizer();
    return {
      step(step) {
        before?.(optimizer, step);
        return stepOf(small, optimizer);
      },
      state: small.model.getWeights(),
      dispose() {
        tf.dispose([small.model.dispose() as never, small.x, small.y]);
        optimizer.dispose();
      },
    };
  };
}

/** Two square weights. */
const twoWeights = () => [1, 2].map(() => tf.tidy(() => tf.variable(tf.randomNormal([16, 16], 0, 0.2))));

/** Two weights under a loss of the caller's. */
function weightsUnder(loss: (step: number, weights: Tensor[]) => Tensor): () => Training {
  return () => {
    const weights = twoWeights();
    const optimizer = tf.train.sgd(0.01);
    return {
      step: (step) =>
        engine.step(() => [optimizer.minimize(() => loss(step, weights) as Scalar, true, weights as never)!]),
      state: weights,
      dispose() {
        tf.dispose(weights);
        optimizer.dispose();
      },
    };
  };
}

const squares = (...tensors: Tensor[]) => tensors.map((x) => tf.sum(tf.square(x))).reduce((a, b) => tf.add(a, b));
const from = (first: number) => Array.from({ length: STEPS - first }, (_, i) => first + i);

describe('Replay', () => {
  const optimizers = { sgd: () => tf.train.sgd(0.05), adam: () => tf.train.adam(0.01) };
  for (const [model, make] of Object.entries(SMALL_MODELS)) {
    for (const [name, optimizer] of Object.entries(optimizers)) {
      it(`trains the ${model} under ${name} to the same bits`, async () => {
        expect(await replayedSteps(trainingOf(make, optimizer))).toEqual(expect.arrayContaining(from(4)));
      });
    }
  }

  it('follows a rate that changes with every step', async () => {
    const schedule: Before = (optimizer, step) => Object.assign(optimizer, { learningRate: 0.01 / (step + 1) });
    const steps = await replayedSteps(trainingOf(SMALL_MODELS['mlp'], optimizers.adam, schedule));
    expect(steps).toEqual(expect.arrayContaining(from(4)));
  });

  it('notices a model that takes another path, and comes back', async () => {
    const isOther = (step: number) => step === 5 || step === 6;
    const loss = (step: number, [a, b]: Tensor[]) =>
      squares(isOther(step) ? tf.tanh(tf.matMul(a, b)) : tf.matMul(a, b));
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(5);
    expect(steps).toEqual(expect.arrayContaining([4, 9]));
  });

  it('notices another attribute of the same kernel', async () => {
    const loss = (step: number, [a, b]: Tensor[]) =>
      squares(tf.matMul(a, b, step === 5), tf.sum(a, step === 7 ? 0 : 1));
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(5);
    expect(steps).not.toContain(7);
    expect(steps).toContain(4);
  });

  it('notices the same kernels on other inputs', async () => {
    const loss = (step: number, [a, b]: Tensor[]) => squares(tf.matMul(a, step === 6 ? a : b), b);
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(6);
    expect(steps).toContain(5);
  });

  it('feeds masks that are drawn anew in every step', async () => {
    const loss = (_: number, [a, b]: Tensor[]) => squares(tf.matMul(tf.dropout(a, 0.3), b));
    expect(await replayedSteps(weightsUnder(loss))).toEqual(expect.arrayContaining(from(4)));
  });

  it('notices arrays that hold the same numbers in one step and not in another', async () => {
    const loss = (step: number, [a]: Tensor[]) => {
      const [one, two] = [tf.scalar(0.5), tf.scalar(step === 5 ? 0.25 : 0.5)];
      return tf.add(squares(tf.mul(a, one)), squares(tf.mul(a, two)));
    };
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(5);
    expect(steps).toContain(4);
  });

  it('expects what came next the last time, be it another step', async () => {
    const loss = (step: number, [a, b]: Tensor[]) => squares(step % 2 === 0 ? tf.matMul(a, b) : tf.tanh(a));
    expect(await replayedSteps(weightsUnder(loss))).toEqual(expect.arrayContaining(from(6)));
  });

  it('learns an order in which one step comes several times before another', async () => {
    const loss = (step: number, [a, b]: Tensor[]) => squares(step % 3 === 2 ? tf.tanh(a) : tf.matMul(a, b));
    expect(await replayedSteps(weightsUnder(loss))).toEqual(expect.arrayContaining(from(7)));
  });

  it('notices a batch of another size', async () => {
    const loss = (step: number, [a, b]: Tensor[]) => {
      const batch = tf.randomNormal([step === 5 ? 3 : 8, 16]);
      return squares(tf.matMul(tf.matMul(batch, a), b));
    };
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(5);
    expect(steps).toContain(4);
  });

  it('notices a gradient that vanishes', async () => {
    const make = (): Training => {
      const weights = twoWeights();
      const optimizer = tf.train.momentum(0.01, 0.9);
      const step = (at: number) =>
        engine.step(() => {
          const used = weights.slice(0, at === 5 ? 1 : 2);
          const { value, grads } = tf.variableGrads(() => squares(...used) as Scalar, used);
          optimizer.applyGradients(grads as never);
          return [value];
        });
      const dispose = () => {
        tf.dispose(weights);
        optimizer.dispose();
      };
      return { step, state: weights, dispose };
    };
    const steps = await replayedSteps(make);
    expect(steps).not.toContain(5);
    expect(steps).toContain(4);
  });

  it('keeps what a step leaves over, and notices what it gives up', async () => {
    const kept: Tensor[] = [];
    const loss = (step: number, [a, b]: Tensor[]) => {
      const product = tf.matMul(a, b);
      if (step === 4 || step === 5) kept.push(tf.keep(tf.mul(product, 2)));
      else tf.mul(product, 2);
      return squares(product);
    };
    const make = weightsUnder(loss);
    const both = () => {
      const training = make();
      return { ...training, dispose: () => (tf.dispose(kept.splice(0)), training.dispose()) };
    };
    expect(await replayedSteps(both)).not.toContain(4);
  });

  it('goes on after a value that is read within the step', async () => {
    const loss = (step: number, [a, b]: Tensor[]) => {
      const product = tf.matMul(a, b);
      const scale = step === 6 ? 1 / (1 + Math.abs(tf.mean(product).dataSync()[0])) : 0.5;
      return squares(tf.mul(product, scale));
    };
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).toContain(5);
  });

  it.each([[[3]], [[3, 1]]])('asks of indices, given as %j, again what was asked of those before', async (shape) => {
    const given = (indices: number[]) => tf.reshape<Rank.R1>(tf.tensor(indices, shape, 'int32'), [3]);
    const loss = (step: number, [table, a]: Tensor[]) => {
      const picked = tf.gather(table, given([1, 2, (step * 3) % 16]));
      // Ids of no segment are left out, by other operators.
      const ids = given([0, 1, step === 5 ? -1 : 1]);
      return squares(tf.unsortedSegmentSum(tf.matMul(picked, a), ids, 2));
    };
    const steps = await replayedSteps(weightsUnder(loss));
    expect(steps).not.toContain(5);
    expect(steps).toEqual(expect.arrayContaining([4, 8, 9]));
  });

  it('makes the numbers again that a kernel counts out', async () => {
    const loss = (_: number, [a, b]: Tensor[]) => squares(tf.mul(tf.matMul(a, b), tf.range(0, 16)));
    expect(await replayedSteps(weightsUnder(loss))).toEqual(expect.arrayContaining(from(4)));
  });

  it('names the kernel at fault in a step that repeats one that failed', async () => {
    const fail = () => {
      const x = tf.tensor1d([1, 2, 3]);
      const kernel = (graph: never, { x }: { x?: unknown }) =>
        (graph as LazyBackend['graph']).node({
          op: 'Expand',
          inputs: [x as never, (graph as LazyBackend['graph']).constant('int64', [2])],
          shape: [2],
          type: 'float32',
        });
      const call = { kernelName: 'Impossible', kernel: kernel as never, inputs: { x }, attributes: {} };
      const y = tf.engine().makeTensorFromTensorInfo(backend.record(call) as never);
      x.dispose();
      return y;
    };
    for (let i = 0; i < 3; i += 1) {
      const wrong = fail();
      await expect(engine.read([wrong])).rejects.toThrow('Impossible');
      wrong.dispose();
    }
  });
});
