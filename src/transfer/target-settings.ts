import type { RunSettings } from '../capture/trials.js';
import { CoordCheckError, failure } from '../errors.js';
import type { Setting } from '../records/trial.js';
import type { TargetSettings } from '../verdict/tune-result.js';
import { extrapolatedSettings, type Extrapolated, type Three } from './extrapolated-settings.js';
import { proxyWidths, type TargetWidth } from './target-reach.js';
import { trialOf, type Tuning } from './tuning.js';

/** What a target is to be launched with, how that is known, and whether its model tells parameters apart. */
export interface SettledTarget {
  settings: TargetSettings;
  /** Sentences. */
  notes: string[];
  /** Null for an optimizer that does not show what it does. */
  isPerParameter: boolean | null;
}

/**
 * The settings of a target: of the model as it is built at the target's width where it fits in memory, else extrapolated
 * from the proxy's width, twice it and four times it.
 *
 * @param setting - the chosen hyperparameters
 * @throws CoordCheckError BUILD_FAILED, TARGET_UNREACHABLE where there is no model to extrapolate from, and what the model
 * and its optimizer throw
 */
export async function targetSettings(
  tuning: Tuning,
  { width, fits }: TargetWidth,
  setting: Setting,
): Promise<SettledTarget> {
  const settled = fits
    ? { ...(await settingsAt(tuning, width, setting)), problems: [] }
    : await extrapolated(tuning, width, setting);
  const { optimizer, parameters, isPerParameter, problems } = settled;
  const notes = [
    fits
      ? `Measured on the model built at width ${width}; initial std is the RMS of one draw. A multiplier in the model's own code is not seen.`
      : `Extrapolated: a model of width ${width} does not fit in memory here. Every number is a power of the width at widths ${proxyWidths(tuning).join(', ')}. A multiplier in the model's own code is not seen.`,
    ...problems,
    ...(isPerParameter === null ? [unknownText(optimizer.className)] : []),
    ...(isPerParameter === true && optimizer.className === 'Adagrad' ? [ADAGRAD] : []),
  ];
  const head = { schema: 'coordcheck/target', schemaVersion: 1 } as const;
  const { name } = tuning.trials.model;
  const hyperparameters = { ...tuning.hyperparameters, ...setting };
  const rest = { name, targetWidth: width, depth: tuning.depth, hyperparameters, optimizer, parameters };
  return { settings: { ...head, ...rest }, notes, isPerParameter };
}

const ADAGRAD = 'Adagrad starts its accumulators at values that scale with width, too, and are not listed.';

function unknownText(className: string): string {
  return `${className} is neither TF.js's nor of coordcheck/mup, and does not show what it does with each parameter: rates, weight decay and epsilon are not known.`;
}

function settingsAt(tuning: Tuning, width: number, setting: Setting): Promise<RunSettings> {
  return tuning.trials.settings(trialOf(tuning, setting, { width }));
}

async function extrapolated(tuning: Tuning, width: number, setting: Setting): Promise<Extrapolated> {
  const widths = proxyWidths(tuning);
  const found: RunSettings[] = [];
  try {
    for (const each of widths) found.push(await settingsAt(tuning, each, setting));
  } catch (cause) {
    if (!(cause instanceof CoordCheckError) || cause.code !== 'BUILD_FAILED') throw cause;
    throw failure('TARGET_UNREACHABLE', { width, widths, why: cause.message }, { cause });
  }
  return extrapolatedSettings(found as Three<RunSettings>, widths, width);
}
