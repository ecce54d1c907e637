import { clopperPearson } from './clopper-pearson.js';
import { isWrong, type Judged } from './judged.js';
import type { Score } from './score.js';

/** A rate as counts. */
export interface Rate {
  hits: number;
  trials: number;
}

/** Rates of a set of checks, each of those it applies to. */
export interface Tally {
  checks: number;
  /** Of wrong models. */
  detected: Rate;
  missed: Rate;
  /** Of right models. */
  falseAlarms: Rate;
  /** Of all models about which something can be told. */
  inconclusive: Rate;
  /** Of detections. */
  cause: Rate;
  parameter: Rate;
  exponent: Rate;
  /** Verdicts where none is possible, of the checks that can mean nothing. */
  meaningless: Rate;
}

/** Counts checks into rates. */
export function tallyOfChecks(checks: readonly Pick<Judged, 'job' | 'score'>[]): Tally {
  return tallyOf(
    checks.map(({ score }) => score),
    checks.map(isWrong),
  );
}

/** Counts scores into rates. */
export function tallyOf(scores: readonly Score[], isWrong: readonly boolean[]): Tally {
  const judged = scores
    .map((score, i) => ({ ...score, isWrong: isWrong[i] ?? false }))
    .filter(({ outcome }) => outcome !== 'unmeasurable' && outcome !== 'meaningless');
  const blank = scores.filter(({ outcome }) => outcome === 'unmeasurable' || outcome === 'meaningless');
  const wrong = judged.filter((one) => one.isWrong);
  const right = judged.filter((one) => !one.isWrong);
  const detections = wrong.filter(({ outcome }) => outcome === 'detected');
  return {
    checks: scores.length,
    detected: rate(wrong, ({ outcome }) => outcome === 'detected'),
    missed: rate(wrong, ({ outcome }) => outcome === 'missed'),
    falseAlarms: rate(right, ({ outcome }) => outcome === 'false-alarm'),
    inconclusive: rate(judged, ({ outcome }) => outcome === 'inconclusive'),
    cause: rate(detections, ({ isCauseRight }) => isCauseRight === true),
    parameter: rate(detections, ({ isParameterRight }) => isParameterRight === true),
    exponent: rate(detections, ({ isExponentRight }) => isExponentRight === true),
    meaningless: rate(blank, ({ outcome }) => outcome === 'meaningless'),
  };
}

function rate<T>(of: readonly T[], isHit: (one: T) => boolean): Rate {
  return { hits: of.filter(isHit).length, trials: of.length };
}

/** `98.3 % (59 of 60; 91.1–100.0)`: the rate, its counts, and its exact 95 % interval. */
export function rateText({ hits, trials }: Rate): string {
  if (trials === 0) return '–';
  const [low, high] = clopperPearson(hits, trials).map((share) => (100 * share).toFixed(1));
  return `${((100 * hits) / trials).toFixed(1)} % (${hits} of ${trials}; ${low}–${high})`;
}
