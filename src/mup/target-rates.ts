import type { tf, Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import { anew, remembered } from './anew.js';
import type { Gradients } from './gradients.js';
import { opened, setRate, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import { matched, type Matched } from './matched-settings.js';
import { MultipliedOptimizer } from './multiplied-optimizer.js';
import type { ModelLike } from './parameters.js';
import type { TargetParameter, TargetSettings } from './target-settings.js';
import { epsilonPower, shownEpsilon, type DecayForm, type VariableSettings } from './variable-settings.js';
import { applyRegularized, shrinkWeights } from './weight-decay.js';

/**
 * A plain optimizer that trains each parameter with the rate, the weight decay and the epsilon of a target's settings.
 *
 * Updates are multiplied by the parameter's rate over the optimizer's; gradients by the optimizer's epsilon over the
 * parameter's, which is the same as that epsilon itself.
 *
 * @param optimizer - TF.js's or your own, of the settings' class, where AdamW's are for an Adam; its other settings (betas,
 * momentum) are its own, and so is an epsilon that is null in the settings; its rate may be any above 0
 * @throws CoordCheckError TARGET_SETTINGS_UNMATCHED for another model; TARGET_OPTIMIZER_UNMATCHED for an optimizer of
 * another class, at no rate, or without the epsilon that is to be set; OPTIMIZER_SCALED for an optimizer of
 * `coordcheck/mup`, which has rates of its own
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
  const unknown = rows.flatMap(({ parameter: { name }, row: { learningRate, weightDecay } }) => [
    ...(learningRate === null ? [`${name} has no learning rate`] : []),
    ...(weightDecay === null ? [`${name} has no weight decay`] : []),
  ]);
  if (unknown.length > 0) throw failure('TARGET_SETTINGS_UNMATCHED', { problems: unknown });
  const { className, decayForm } = settings.optimizer;
  const inner = opened(optimizer);
  const problems = whyUnsuited(inner, className, rows);
  if (problems.length > 0) throw failure('TARGET_OPTIMIZER_UNMATCHED', { className: plainClass(className), problems });
  const { learningRate } = inner;
  const around = (plain: InnerOptimizer) => new TargetOptimizer(plain, rows, decayForm);
  return remembered(around(inner), () => {
    const again = opened(anew(optimizer));
    // A schedule may have moved the rate that its settings show.
    setRate(again, learningRate);
    return around(again);
  });
}

/** The decay is ours: what is left of AdamW is Adam. */
function plainClass(className: string): string {
  return className === 'AdamW' ? 'Adam' : className;
}

function whyUnsuited(inner: InnerOptimizer, className: string, rows: readonly Matched[]): string[] {
  const own = classOf(inner);
  const { learningRate } = inner;
  const isRate = Number.isFinite(learningRate) && learningRate > 0;
  const epsilons = rows.flatMap(({ parameter, row }) => {
    const why = whyNoEpsilon(shownEpsilon(inner), row.epsilon);
    return why === null ? [] : [`${parameter.name} is to have the epsilon ${row.epsilon}, and ${why}`];
  });
  if (own !== className && own !== plainClass(className)) return [`it is ${own}`];
  // With rates of its own each parameter's accumulator started at a value of its own, too, which no rate makes up for.
  const hasOwnRates = new Set(rows.map(({ row }) => row.learningRate)).size > 1;
  if (own === 'Adagrad' && hasOwnRates) return ['accumulators start at one value in it: train with mup.adagrad'];
  return [...(isRate ? [] : [`its learning rate is ${learningRate}, of which no other is a multiple`]), ...epsilons];
}

/** One epsilon is made of another by a factor of the gradients, which 0 is not. */
function whyNoEpsilon(own: number | null, wanted: number | null): string | null {
  if (wanted === null || own === wanted) return null;
  if (own === null) return 'it shows none';
  return own === 0 || wanted === 0 ? `its own is ${own}` : null;
}

function classOf(optimizer: InnerOptimizer): string {
  // A user's own need not be a tf.Optimizer.
  return (optimizer as Partial<InnerOptimizer>).getClassName?.() ?? optimizer.constructor.name;
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
      rows.map(({ parameter }) => parameter),
      {
        multipliers: new Map(rows.map((each) => [each.parameter.variable, rateOf(each)])),
        gradientFactors: new Map(rows.map(({ parameter, row }) => [parameter.variable, gradientFactor(inner, row)])),
      },
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

  override settingsOf(variableName: string): VariableSettings | null {
    const settings = super.settingsOf(variableName);
    const weightDecay = this.#decays.get(variableName)?.decay ?? 0;
    return settings === null ? null : { ...settings, weightDecay, decayForm: this.#form };
  }

  override applyGradients(gradients: Gradients): void {
    if (this.#decays.size === 0) return super.applyGradients(gradients);
    if (this.#form === 'decoupled') {
      const schedule = this.learningRate / this.#firstRate;
      shrinkWeights(gradients, (name) => {
        const found = this.#decays.get(name);
        return found && { variable: found.variable, kept: 1 - found.rate * found.decay * schedule };
      });
      return super.applyGradients(gradients);
    }
    applyRegularized(
      gradients,
      (name) => this.#decays.get(name),
      (made) => super.applyGradients(made),
    );
  }
}

function gradientFactor(inner: InnerOptimizer, { epsilon }: TargetParameter): number {
  const own = shownEpsilon(inner);
  if (own === null || epsilon === null || own === epsilon) return 1;
  return (own / epsilon) ** (1 / epsilonPower(classOf(inner)));
}
