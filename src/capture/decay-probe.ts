import { tf, type Tensor } from '../engine/tf.js';
import type { Measurements } from './measurements.js';
import type { Subject } from './subject.js';

/**
 * A parameter that decays moves towards zero as a whole: cosine −1 but for rounding, which for a share of 1e-7 is as large
 * as the change. Normalized L2 moves every coordinate alike: −0.80 for normal values, −0.87 for uniform ones.
 */
const TOWARDS_ZERO = -0.9;

/**
 * Measures weight decay by what the optimizer does to the initial values when every gradient is zero: the share of its
 * size that a parameter loses in one step, rate and decay together, whatever optimizer and settings it comes from.
 *
 * Recorded only where the parameter shrinks towards zero as a whole. Optimizers without decay leave it as it is; where
 * decay is part of the gradient and then normalized (L2 under Adam) every coordinate moves alike, which is no share of it;
 * and one that draws noise moves in a direction of its own. Changes below 1e-19 have squares that single precision
 * cannot hold, and are taken for none.
 */
export async function measureDecay(subject: Subject, measurements: Measurements): Promise<void> {
  const { trainee, engine, initial } = subject;
  const optimizer = subject.optimizer();
  const scalars = engine.step(() => {
    const { parameters } = trainee;
    const gradients = Object.fromEntries(parameters.map(({ variable }) => [variable.name, tf.zerosLike(variable)]));
    optimizer.applyGradients(gradients);
    return parameters.flatMap(({ variable }) => {
      const before = initial.get(variable) as Tensor;
      const change = tf.sub(variable, before);
      return [tf.square(before), tf.square(change), tf.mul(before, change)].map((x) => tf.keep(tf.mean(x)));
    });
  });
  // Before anything is read: what nobody refers to any more, a lazy engine never computes.
  optimizer.dispose?.();
  trainee.restore(initial);
  const values = await engine.read(scalars);
  tf.dispose(scalars);
  for (const [i, { name }] of trainee.parameters.entries()) {
    const means = values.slice(3 * i, 3 * i + 3).map(([mean]) => mean);
    const [before = Number.NaN, change = Number.NaN, both = Number.NaN] = means;
    const share = Math.sqrt(change / before);
    const direction = both / Math.sqrt(before * change);
    if (!(share > 0 && direction < TOWARDS_ZERO)) continue;
    measurements.put({ step: 1, subject: 'parameter', name, quantity: 'decay', statistic: 'rms' }, share);
  }
}
