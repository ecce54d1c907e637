// Compiled by `npm run typecheck`, never run: what a user's own files must be allowed to say.
import * as tfjs from '@tensorflow/tfjs';
import {
  check,
  defineModel,
  prescribe,
  tap,
  type CheckResult,
  type Config,
  type ModelDefinition,
  type Prescribed,
} from 'coordcheck';
import { toPassCoordCheck } from 'coordcheck/matchers';
import { mup } from 'coordcheck/mup';
import { tune, type TuneResult } from 'coordcheck/transfer';
import 'coordcheck/vitest';
import { expect } from 'vitest';

const layered = defineModel({
  widths: [64, 128],
  hyperparameters: { learningRate: 1e-3, nesterov: true },
  build: ({ tf, width }) => tf.sequential({ layers: [tf.layers.dense({ units: width, inputShape: [4] })] }),
  loss: (labels: tfjs.Tensor, outputs: tfjs.Tensor) => tfjs.losses.meanSquaredError(labels, outputs),
  optimizer: ({ model, hyperparameters }) => {
    // `model` has build's return type, and a literal default widens to its type.
    model.summary();
    const rate: number = hyperparameters.learningRate;
    const nesterov: boolean = hyperparameters.nesterov;
    // @ts-expect-error -- only declared hyperparameters exist
    void hyperparameters.momentum;
    return tfjs.train.momentum(rate, 0.9, nesterov);
  },
});

const handWritten = defineModel({
  build: ({ tf, width }) => {
    const kernel = tf.variable(tf.randomNormal([4, width]));
    const apply = (x: tfjs.Tensor2D): tfjs.Tensor => tap('hidden', x.matMul<tfjs.Tensor2D>(kernel as tfjs.Tensor2D));
    return { parameters: { kernel }, apply };
  },
  objective: ({ model, batch }) => model.apply(batch.x as tfjs.Tensor2D).mean(),
  expect: { kernel: { role: 'input' }, 'aux*': 'ignore' },
});

// Definitions of different kinds of models stand in one list, and each can be checked.
const all: ModelDefinition[] = [layered, handWritten];
export const results: Promise<CheckResult>[] = all.map((each) => check(each, { widths: [64, 128], control: 'sp' }));

export const prescribed: Promise<Prescribed>[] = all.map((each) => prescribe(each, { seeds: 2 }));
// @ts-expect-error -- a prescription is derived in one go
void prescribe(layered, { resume: true });

const space = { learningRate: { from: 1e-4, to: 1 }, nesterov: [true, false] };
export const tuned: Promise<TuneResult>[] = all.map((each) => tune(each, { space, targetWidth: 1024 }));
// @ts-expect-error -- no such scale
void tune(layered, { space: { learningRate: { from: 1, to: 2, scale: 'square' } } });

export function launched(model: tfjs.LayersModel): tfjs.Optimizer {
  const settings = mup.loadTargetSettings('model.target.json');
  return mup.targetRates(tfjs.train.adam(1e-3), mup.applyTargetSettings(model, settings), settings);
}

// @ts-expect-error -- a model that cannot be built is none
defineModel({ widths: [64] });

export const config: Config = { widths: [64, 128], reporter: ['html=report.html'], timeBudget: '5m' };

export function matchers(result: CheckResult): void {
  expect(result).toPassCoordCheck();
  expect(result).not.toPassCoordCheck();
  expect(result).toHaveWidthExponent('dense_2', 0, { quantity: 'change', within: 0.25, step: 1 });
  expect({ result }).toEqual({ result: expect.toHaveWidthExponent('dense_2', 0) });
  // @ts-expect-error -- no such quantity
  expect(result).toHaveWidthExponent('dense_2', 0, { quantity: 'size' });
  toPassCoordCheck(result);
  expect(result).toTransferLearningRate();
  expect(result).not.toTransferLearningRate({ hyperparameter: 'momentum', within: 0.25 });
  // @ts-expect-error -- a drift is a number
  expect(result).toTransferLearningRate({ within: '0.25' });
}
