import type { ExpectedFault, Specimen } from '../../fixtures/zoo/specimen.js';
import type { CheckResult, Diagnosis } from '../../src/verdict/result.js';

/** How a check of a specimen came out against its known state of health. */
export interface Score {
  /**
   * `detected` and `missed` are of wrong models, `passed` and `false-alarm` of right ones; `unmeasurable`: nothing could be
   * told, and nothing was; `meaningless`: a verdict where none is possible.
   */
  outcome: 'detected' | 'missed' | 'passed' | 'false-alarm' | 'inconclusive' | 'unmeasurable' | 'meaningless';
  /** Of detections: whether exactly the right causes, parameters and powers of width were named; null elsewhere. */
  isCauseRight: boolean | null;
  isParameterRight: boolean | null;
  isExponentRight: boolean | null;
}

const UNNAMED = { isCauseRight: null, isParameterRight: null, isExponentRight: null };

/** Scores a verdict and its diagnosis. */
export function scoreOf(
  { expected, optimizer }: Specimen,
  { verdict, diagnosis }: Pick<CheckResult, 'verdict' | 'diagnosis'>,
): Score {
  if (expected === 'inconclusive') {
    return { outcome: verdict === 'inconclusive' ? 'unmeasurable' : 'meaningless', ...UNNAMED };
  }
  if (verdict === 'inconclusive') return { outcome: 'inconclusive', ...UNNAMED };
  if (expected === 'pass') return { outcome: verdict === 'pass' ? 'passed' : 'false-alarm', ...UNNAMED };
  if (verdict === 'pass') return { outcome: 'missed', ...UNNAMED };
  const isSgd = optimizer === 'sgd' || optimizer === 'momentum';
  const named = diagnosis.map(asFault);
  return {
    outcome: 'detected',
    isCauseRight: isSame(causes(named), causes(expected)),
    isParameterRight: isSame(places(named), places(expected)),
    isExponentRight: isSame(cures(named, isSgd), cures(expected, isSgd)),
  };
}

function asFault({ cause, parameters, taps = [], fix }: Diagnosis): ExpectedFault {
  const { initExponent, learningRateExponent, multiplierExponent } = fix;
  return {
    cause,
    at: [...parameters, ...taps],
    ...(initExponent !== undefined && { init: initExponent }),
    ...(learningRateExponent !== undefined && { rate: learningRateExponent }),
    ...(multiplierExponent !== undefined && { multiplier: multiplierExponent }),
  };
}

function causes(faults: readonly ExpectedFault[]): Set<string> {
  return new Set(faults.map(({ cause }) => cause));
}

function places(faults: readonly ExpectedFault[]): Set<string> {
  return new Set(faults.flatMap(({ at }) => at));
}

/**
 * What mends each place, as one text a place, in the form without multipliers: multiplier θ is init θ with rate θ under
 * optimizers that normalize, θ² under SGD (abc-symmetry), so that equal cures are equal whatever their form.
 */
function cures(faults: readonly ExpectedFault[], isSgd: boolean): Set<string> {
  const sums = new Map<string, { init: number; rate: number }>();
  for (const { at, init = 0, rate = 0, multiplier = 0 } of faults) {
    for (const place of at) {
      const sum = sums.get(place) ?? { init: 0, rate: 0 };
      sums.set(place, { init: sum.init + init + multiplier, rate: sum.rate + rate + multiplier * (isSgd ? 2 : 1) });
    }
  }
  return new Set([...sums].map(([place, { init, rate }]) => `${place} init ${init} rate ${rate}`));
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((x) => b.has(x));
}
