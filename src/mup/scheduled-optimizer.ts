import type { tf, Optimizer } from '../engine/tf.js';
import { failure } from '../errors.js';
import { anew, remembered } from './anew.js';
import { ForwardingOptimizer } from './forwarding-optimizer.js';
import type { Gradients, NamedTensor } from './gradients.js';
import { baseRateOf, opened, setRate, type InnerOptimizer, type ScaledRates } from './inner-optimizer.js';
import type { Schedule } from './schedules.js';
import type { VariableSettings } from './variable-settings.js';

/**
 * An optimizer whose base rate follows a schedule, and with it every rate scaled from it.
 *
 * The rate it shows is the one that the next update takes. Setting the rate sets what the schedule's factors multiply.
 */
export class ScheduledOptimizer extends ForwardingOptimizer<InnerOptimizer> {
  readonly #schedule: Schedule;
  #baseRate: number;

  constructor(inner: InnerOptimizer, schedule: Schedule) {
    super(inner);
    this.#schedule = schedule;
    this.#baseRate = baseRateOf(inner);
    this.#follow();
  }

  override get baseLearningRate(): number {
    return this.#baseRate;
  }

  override get isScheduled(): boolean {
    return true;
  }

  /** At the factor 1: at the first step a warm-up's rate is 0, of which nothing could be told. */
  override settingsOf(variableName: string): VariableSettings | null {
    setRate(this.inner, this.#baseRate);
    const settings = super.settingsOf(variableName);
    this.#follow();
    return settings;
  }

  override setLearningRate(rate: number): void {
    this.#baseRate = rate;
    this.#follow();
  }

  override applyGradients(gradients: Gradients): void {
    super.applyGradients(gradients);
    this.#follow();
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    await super.setWeights(weights);
    this.#follow();
  }

  #follow(): void {
    const factor = this.#schedule(this.iterations);
    if (!Number.isFinite(factor) || factor < 0) {
      const what = `the factor of the schedule at step ${this.iterations}`;
      throw failure('SCHEDULE_INVALID', { what, expected: 'a number from 0', got: String(factor) });
    }
    setRate(this.inner, this.#baseRate * factor);
  }
}

/**
 * Lets an optimizer's rates follow a schedule: before the update of step t every rate is its own × schedule(t).
 *
 * Weight decay follows, too: coupled decay through the rate, independent decay through the factor.
 *
 * @param optimizer - any of `coordcheck/mup`, or any other `tf.Optimizer`; the schedule's factors multiply the base rate
 * it has now, and the factors of a schedule that it follows already
 * @param factorAt - from the step, 0 for the optimizer's first update, to the factor: one of `mup.schedules`, or your own
 * @throws CoordCheckError SCHEDULE_INVALID, here or at a later step, where a factor is negative or not a number
 */
export function schedule(
  optimizer: InstanceType<typeof tf.Optimizer>,
  factorAt: Schedule,
): InstanceType<typeof tf.Optimizer> & ScaledRates {
  if (typeof factorAt !== 'function') {
    throw failure('SCHEDULE_INVALID', { what: 'the schedule', expected: 'a function', got: typeof factorAt });
  }
  const around = (inner: Optimizer) => new ScheduledOptimizer(opened(inner), factorAt);
  const rate = baseRateOf(opened(optimizer));
  return remembered(around(optimizer), () => {
    const again = anew(optimizer);
    // Its settings may show the rate that this schedule has moved.
    setRate(opened(again), rate);
    return around(again);
  });
}
