import type { Optimizer } from '../engine/tf.js';

/** An inner optimizer with its rate open to change. */
export type InnerOptimizer = Optimizer & {
  learningRate: number;
  /** Only of ours: the rate that a schedule inside multiplies. */
  baseLearningRate?: number;
  setLearningRate?(rate: number): void;
};

/** The rate that was set, whatever a schedule has made of it since. */
export function baseRateOf({ baseLearningRate, learningRate }: InnerOptimizer): number {
  return baseLearningRate ?? learningRate;
}

/** A rate as an optimizer of ours shows it: the base one, and each variable's own. */
export interface ScaledRates {
  /** The base rate, which transfers between widths. Setting it sets every group's, so schedules stay scaled. */
  learningRate: number;
  /** The rate a variable is trained with: base rate × its multiplier. */
  effectiveLearningRate(variableName: string): number;
}

/** TF.js declares its optimizers' rates as protected. */
export function opened(optimizer: Optimizer): InnerOptimizer {
  return optimizer as unknown as InnerOptimizer;
}

/** Changes an optimizer's rate the way its class wants it: SGD keeps a tensor of it, Adam reads the number. */
export function setRate(optimizer: InnerOptimizer, rate: number): void {
  if (typeof optimizer.setLearningRate === 'function') optimizer.setLearningRate(rate);
  else optimizer.learningRate = rate;
}
