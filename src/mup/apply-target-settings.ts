import { tf, type Optimizer, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { anew, remembered } from './anew.js';
import { gradientsByName, type Gradients } from './gradients.js';
import { opened, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { MultipliedOptimizer } from './multiplied-optimizer.js';
import { forwardMultiplier, isMultiplied, tiedLayers } from './optimizer-settings.js';
import { namedParameters, type ModelLike, type NamedParameter } from './parameters.js';
import type { HasWidthMultiplier } from './scaling.js';
import type { TargetParameter, TargetSettings } from './target-settings.js';
import { shownEpsilon, type DecayForm } from './variable-settings.js';

/** How far from 1 a measured factor may be and still be taken for 1: the rounding of a mean square in float32. */
const ROUNDING = 1e-5;

/**
 * Gives a model of the target's width the initial sizes and the multipliers of its settings. No base shapes are needed.
 *
 * Each initial value is multiplied, in place, so that its root mean square is `initStd`; zeros stay zero. Multipliers go
 * to `mup.layers.readout` and `sharedReadout`.
 *
 * @param model - freshly built, with the parameters that the settings name
 * @returns the same model
 * @throws CoordCheckError TARGET_SETTINGS_UNMATCHED for other parameters or shapes, and for a multiplier without a layer
 * that takes it
 */
export function applyTargetSettings<M extends ModelLike>(model: M, settings: TargetSettings): M {
  for (const { parameter, row } of matched(model, settings)) {
    if (row.initStd !== null) resize(parameter.variable, row.initStd);
    if (isMultiplied(parameter)) multiplyIn(parameter.owner as unknown as HasWidthMultiplier, row.multiplier);
    for (const [name, layer] of tiedLayers(model, parameter)) multiplyIn(layer, row.tied?.[name] ?? null);
  }
  return model;
}

/**
 * A plain optimizer that trains each parameter with the rate, the weight decay and the epsilon of a target's settings.
 *
 * Updates are multiplied by the parameter's rate over the optimizer's; gradients by the optimizer's epsilon over the
 * parameter's, which is the same as that epsilon itself.
 *
 * @param optimizer - TF.js's or your own, of the settings' class; its other settings (betas, momentum) are its own, and
 * its rate may be any above 0
 * @throws CoordCheckError TARGET_SETTINGS_UNMATCHED; OPTIMIZER_SCALED for an optimizer of `coordcheck/mup`, which has
 * rates of its own
 */
export function targetRates(
  optimizer: InstanceType<typeof tf.Optimizer>,
  model: ModelLike,
  settings: TargetSettings,
): InstanceType<typeof tf.Optimizer> & ScaledRates {
  if ('effectiveLearningRate' in optimizer) {
    throw failure('OPTIMIZER_SCALED', { className: optimizer.getClassName() });
  }
  const rows = matched(model, settings);
  const unknown = rows.filter(({ row }) => row.learningRate === null).map(({ parameter }) => parameter.name);
  if (unknown.length > 0) {
    throw failure('TARGET_SETTINGS_UNMATCHED', { problems: unknown.map((name) => `${name} has no learning rate`) });
  }
  const around = (inner: Optimizer) => new TargetOptimizer(opened(inner), rows, settings.optimizer.decayForm);
  return remembered(around(optimizer), () => around(anew(optimizer)));
}

/** A parameter of the model, and what the settings say of it. */
interface Matched {
  parameter: NamedParameter;
  row: TargetParameter;
}

/** Any optimizer at the rates of a target's settings, with their weight decay. */
class TargetOptimizer extends MultipliedOptimizer {
  readonly #decays: ReadonlyMap<string, { variable: Variable; rate: number; decay: number }>;
  readonly #form: DecayForm;
  readonly #firstRate: number;

  constructor(inner: InnerOptimizer, rows: readonly Matched[], form: DecayForm) {
    const rateOf = ({ row }: Matched): number => (row.learningRate ?? 0) / inner.learningRate;
    super(
      inner,
      new Map(rows.map((each) => [each.parameter.variable, rateOf(each)])),
      new Map(rows.map(({ parameter, row }) => [parameter.variable, gradientFactor(inner, row)])),
    );
    const decaying = rows.filter(({ row }) => (row.weightDecay ?? 0) > 0);
    this.#decays = new Map(
      decaying.map(({ parameter: { variable }, row }) => [
        variable.name,
        { variable, rate: row.learningRate ?? 0, decay: row.weightDecay ?? 0 },
      ]),
    );
    this.#form = form;
    this.#firstRate = inner.learningRate;
  }

  override applyGradients(gradients: Gradients): void {
    if (this.#decays.size === 0) return super.applyGradients(gradients);
    if (this.#form === 'decoupled') {
      this.#shrink(gradients);
      return super.applyGradients(gradients);
    }
    const made = [...gradientsByName(gradients)].map(([name, gradient]) => {
      const found = this.#decays.get(name);
      return {
        name,
        tensor: tf.tidy(() => (found ? tf.add(gradient, tf.mul(found.variable, found.decay)) : tf.clone(gradient))),
      };
    });
    super.applyGradients(made);
    tf.dispose(made.map(({ tensor }) => tensor));
  }

  #shrink(gradients: Gradients): void {
    const schedule = this.learningRate / this.#firstRate;
    for (const name of gradientsByName(gradients).keys()) {
      const found = this.#decays.get(name);
      if (found === undefined) continue;
      const { variable, rate, decay } = found;
      tf.tidy(() => variable.assign(tf.mul<Tensor>(variable, 1 - rate * decay * schedule)));
    }
  }
}

/** An epsilon inside the root, beside the squared gradient, follows the gradient's square. */
const SQUARED = new Set(['RMSProp']);

function gradientFactor(inner: InnerOptimizer, { epsilon }: TargetParameter): number {
  const own = shownEpsilon(inner);
  if (own === null || epsilon === null || own === epsilon || own === 0 || epsilon === 0) return 1;
  return SQUARED.has(inner.getClassName()) ? Math.sqrt(own / epsilon) : own / epsilon;
}

function matched(model: ModelLike, { parameters, targetWidth }: TargetSettings): Matched[] {
  const trained = namedParameters(model).filter(({ trainable }) => trainable);
  const rows = new Map(Object.entries(parameters));
  const names = new Set(trained.map(({ name }) => name));
  const problems = [...rows.keys()].filter((name) => !names.has(name)).map((name) => `the model has no ${name}`);
  const found = trained.flatMap((parameter): Matched[] => {
    const row = rows.get(parameter.name);
    const problem = row === undefined ? 'is not among the settings' : whyOther(parameter, row);
    if (problem !== null) problems.push(`${parameter.name} ${problem}`);
    return row === undefined ? [] : [{ parameter, row }];
  });
  if (problems.length > 0) throw failure('TARGET_SETTINGS_UNMATCHED', { problems, targetWidth });
  return found;
}

function whyOther(parameter: NamedParameter, { shape, multiplier }: TargetParameter): string | null {
  const own = parameter.variable.shape;
  if (own.join() !== shape.join()) return `has the shape [${own.join(', ')}], in the settings [${shape.join(', ')}]`;
  if (multiplier === null || multiplier === 1 || isMultiplied(parameter)) return null;
  return `is to be multiplied by ${multiplier}, but its layer takes no multiplier`;
}

/** Sets a layer's width multiplier so that it multiplies by this in all. */
function multiplyIn(layer: HasWidthMultiplier, multiplier: number | null): void {
  if (multiplier === null || multiplier === 0) return;
  layer.widthMultiplier *= forwardMultiplier(layer) / multiplier;
}

function resize(variable: Variable, size: number): void {
  tf.tidy(() => {
    const ratio = tf.divNoNan(size, tf.sqrt(tf.mean(tf.square(variable))));
    const factor = tf.where(tf.less(tf.abs(tf.sub(ratio, 1)), ROUNDING), tf.onesLike(ratio), ratio);
    variable.assign(tf.mul<Tensor>(variable, factor));
  });
}
