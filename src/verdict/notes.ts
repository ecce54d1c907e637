import type { Analysis } from '../analysis/analyze.js';
import { firstLogs } from '../analysis/series.js';
import { hasEpsilonBeside } from '../parametrization/optimizer-family.js';
import type { RecordHeader } from '../records/run.js';
import type { ParameterResult } from './result.js';

/** An epsilon above this share of a gradient takes more than a tenth off the update, more the wider the model. */
const EPSILON_SHARE = 0.1;

/**
 * (1 − β₂)·g² underflows to 0 in single precision (2⁻¹⁴⁹) below this gradient, at β₂ = 0.999: the update is then
 * divided by epsilon alone, and its exponent is off by up to 4.
 */
const UNDERFLOW = Math.sqrt(2 ** -149 / 1e-3);

/**
 * Remarks that change no outcome: the control, parameters that are frozen or inert, an epsilon that matters, what runs
 * noted.
 */
export function notesOf(
  analysis: Analysis,
  { header, parameters }: { header: RecordHeader; parameters: readonly ParameterResult[] },
): string[] {
  const { inert, runs } = analysis;
  return [
    ...sourceNotes(header),
    ...frozenNotes(parameters),
    ...(inert.length === 0 ? [] : [`Inert, listed and not judged: ${inert.join(', ')}.`]),
    ...epsilonNotes(analysis),
    ...new Set(runs.flatMap(({ notes }) => notes)),
  ];
}

/** Frozen by the model, or declared so; those that move all the same are a rule's to name. */
function frozenNotes(parameters: readonly ParameterResult[]): string[] {
  const frozen = parameters.filter(({ outcome, reason, declared }) => {
    return outcome === 'inapplicable' && (declared === 'frozen' || reason?.startsWith('frozen') === true);
  });
  const names = [...new Set(frozen.map(({ parameter }) => parameter))];
  return names.length === 0 ? [] : [`Frozen, listed and not judged: ${names.join(', ')}.`];
}

/** What was measured instead of the model as it is. */
function sourceNotes({ config: { control, prescription } }: RecordHeader): string[] {
  const isControl = control !== null && prescription === undefined;
  if (prescription === undefined)
    return isControl ? [`This is the negative control: built in ${control}, it must fail.`] : [];
  const { baseWidth, parameters, multipliers } = prescription;
  const doses = Object.entries(parameters).map(([name, dose]) => {
    const powers = [
      ['initial value', dose.initExponent],
      ['rate', dose.learningRateExponent],
      ['gradient', dose.gradientExponent],
    ] as const;
    const told = powers.filter(([, exponent]) => exponent !== 0).map(([what, exponent]) => `${what} ^${exponent}`);
    return `${name} (${told.join(', ')})`;
  });
  const places = Object.entries(multipliers).map(([place, exponent]) => `${place} (multiplier ^${exponent})`);
  const built = control === null ? '' : `, built in ${control}`;
  return [
    `Not the model as it is${built}: measured with a prescription from outside, powers of width / ${baseWidth}: ${[...doses, ...places].join('; ')}.`,
  ];
}

/** Adaptive optimizers hide a gradient's size only while it is large against epsilon, and its square is not lost. */
function epsilonNotes({ parameters, runs, inert }: Analysis): string[] {
  const run = runs.find(({ optimizer }) => optimizer !== '');
  const shown = new Set(runs.flatMap((one) => (one.optimizer === '' ? [] : [one.epsilon ?? null])));
  // One that is scaled shows at no width but the base's.
  const epsilon = shown.size === 1 ? (run?.epsilon ?? null) : null;
  if (epsilon === null || run === undefined || !hasEpsilonBeside(run.optimizer)) return [];
  const smallest = parameters
    .filter(({ parameter }) => !inert.includes(parameter))
    .flatMap(({ parameter, gradient }) => {
      const logs = firstLogs(gradient);
      return logs.length === 0 ? [] : [{ parameter, size: 2 ** Math.min(...logs) }];
    });
  const drowned = smallest.filter(({ size }) => epsilon > EPSILON_SHARE * size);
  const lost = smallest.filter(({ size }) => size < UNDERFLOW);
  return [
    ...(drowned.length === 0
      ? []
      : [
          `Epsilon ${epsilon} is not small against the gradients of ${listed(drowned)}: it shrinks their updates as width grows.`,
        ]),
    ...(lost.length === 0
      ? []
      : [`The squared gradients of ${listed(lost)} underflow in single precision: their exponents mean nothing.`]),
  ];
}

function listed(gradients: readonly { parameter: string; size: number }[]): string {
  const named = gradients.slice(0, 5).map(({ parameter, size }) => `${parameter} (${size.toExponential(1)})`);
  return gradients.length > 5 ? `${named.join(', ')} and ${gradients.length - 5} more` : named.join(', ');
}
