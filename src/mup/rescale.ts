import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { initialStd } from './initial-std.js';
import { initMultiplier, type ParameterScaling } from './scaling.js';

/** How far from 1 a measured factor may be and still be taken for 1: the rounding of a mean square in float32. */
const ROUNDING = 1e-5;

/**
 * What rescales a parameter's initial value in place, so that its std is (std at base width) · m^-b.
 *
 * The factor is that target over the std its own initializer has at this width: known initializers by formula, others
 * (a user's own, a hand-written model) by the RMS of the base model's value over the RMS of this one. Zeros stay zero,
 * constants stay, and at base width nothing is touched, bit for bit. Nothing is read back from the engine.
 *
 * @param scaling - the parameter at its width
 * @param base - the same parameter of the base model, where there is one
 * @returns to be called once; nothing is touched before
 * @throws CoordCheckError INIT_UNKNOWN if there is neither a known initializer nor a base model to measure
 */
export function rescaling(scaling: ParameterScaling, base: Variable | null): () => void {
  const { parameter, baseShape } = scaling;
  const { variable, initializer } = parameter;
  const isAtBase = variable.shape.every((size, i) => size === baseShape[i]);
  // State that no initializer drew (a user's own table or average) means the same at every width.
  if (isAtBase || (!parameter.trainable && initializer === null)) return nothing;
  const here = initializer === null ? null : initialStd(initializer, variable.shape);
  const there = initializer === null ? null : initialStd(initializer, baseShape);
  if (here !== null && there !== null) {
    const factor = isConstant(scaling) ? 1 : (there / here) * initMultiplier(scaling);
    return factor === 1 ? nothing : () => multiply(variable, () => tf.scalar(factor));
  }
  if (base === null) throw failure('INIT_UNKNOWN', { parameter: parameter.name });
  return () => multiply(variable, () => measuredFactor(variable, base, initMultiplier(scaling)));
}

function nothing(): void {}

function isConstant({ parameter }: ParameterScaling): boolean {
  return ['Zeros', 'Ones', 'Constant'].includes(parameter.initializer?.getClassName() ?? '');
}

function multiply(variable: Variable, factor: () => Tensor): void {
  tf.tidy(() => variable.assign(tf.mul(variable, factor())));
}

function measuredFactor(variable: Variable, base: Variable, multiplier: number): Tensor {
  const [there, here] = [rms(base), rms(variable)];
  const ratio = tf.divNoNan(tf.mul(there, multiplier), here);
  // Nobody drew it: it has the same RMS at both widths but for rounding, and must stay as it is, whatever its role.
  const isConstant = tf.logicalAnd(
    tf.equal(tf.max(variable), tf.min(variable)),
    tf.lessEqual(tf.abs(tf.sub(there, here)), tf.mul(here, ROUNDING)),
  );
  const isOne = tf.less(tf.abs(tf.sub(ratio, 1)), ROUNDING);
  return tf.where(tf.logicalOr(isConstant, isOne), tf.onesLike(ratio), ratio);
}

function rms(x: Tensor): Tensor {
  return tf.sqrt(tf.mean(tf.square(x)));
}
