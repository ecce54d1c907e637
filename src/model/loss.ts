import { tf, type Tensor } from '../engine/tf.js';
import type { LossName } from './definition.js';
import { softmaxCrossEntropy } from './softmax-cross-entropy.js';

/** A loss of labels and outputs, giving a scalar. */
export type Loss = (labels: Tensor, outputs: Tensor) => Tensor;

/** Probabilities are kept this far from 0 and 1 before the log, as Keras does. */
const PROBABILITY_MARGIN = 1e-7;

/** The named losses; those of logits as TF.js computes them, those of probabilities as Keras defines them. */
const LOSSES: Record<LossName, Loss> = {
  softmaxCrossEntropy: (labels, logits) => softmaxCrossEntropy(oneHotLike(labels, logits), logits),
  sigmoidCrossEntropy: (labels, logits) => tf.losses.sigmoidCrossEntropy(labels, logits),
  meanSquaredError: (labels, outputs) => tf.losses.meanSquaredError(labels, outputs),
  absoluteDifference: (labels, outputs) => tf.losses.absoluteDifference(labels, outputs),
  huberLoss: (labels, outputs) => tf.losses.huberLoss(labels, outputs),
  categoricalCrossentropy: (labels, p) => crossEntropy(labels, p),
  sparseCategoricalCrossentropy: (labels, p) => crossEntropy(oneHotLike(labels, p), p),
  binaryCrossentropy: (labels, p) =>
    tf.mean(tf.neg(tf.add(tf.mul(labels, logOf(p)), tf.mul(tf.sub(1, labels), logOf(tf.sub(1, p)))))),
};

/** The loss of a name. */
export function namedLoss(name: LossName): Loss {
  return LOSSES[name];
}

/** Names of all losses that can be asked for. */
export const LOSS_NAMES = Object.keys(LOSSES) as LossName[];

/** Losses that take logits: a softmax output under one of them is a mistake. */
export const LOGIT_LOSSES: ReadonlySet<string> = new Set<LossName>(['softmaxCrossEntropy', 'sigmoidCrossEntropy']);

function crossEntropy(labels: Tensor, p: Tensor): Tensor {
  return tf.mean(tf.neg(tf.sum(tf.mul(labels, logOf(p)), -1)));
}

function logOf(p: Tensor): Tensor {
  return tf.log(tf.clipByValue(p, PROBABILITY_MARGIN, 1 - PROBABILITY_MARGIN));
}

/** Class indices as one-hot rows where the labels have one dimension less than the outputs; else the labels. */
function oneHotLike(labels: Tensor, outputs: Tensor): Tensor {
  if (labels.rank !== outputs.rank - 1) return labels;
  return tf.cast(tf.oneHot(tf.cast(labels, 'int32'), outputs.shape.at(-1) ?? 1), 'float32');
}
