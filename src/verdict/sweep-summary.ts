import type { HyperparameterSweep, JudgedDrift, ParametrizationSweep, SweepResult } from './sweep-result.js';
import { signed, signedBracket } from './sweep-text.js';

/** What a sweep comes to. */
type Judged = Pick<SweepResult, 'gates' | 'sweeps' | 'verdict'>;

/**
 * The verdict of a sweep: that of its worst hyperparameter in µP.
 *
 * A gate that is not passed leaves it inconclusive whatever was found, and so does a sweep without µP. The control
 * never counts: it is there to fail.
 */
export function sweepVerdict({ gates, sweeps }: Omit<Judged, 'verdict'>): SweepResult['verdict'] {
  if (gates.some(({ outcome }) => outcome !== 'pass')) return 'inconclusive';
  const outcomes = sweeps.map(({ outcome }) => outcome);
  if (outcomes.includes('fail')) return 'fail';
  return outcomes.length > 0 && outcomes.every((outcome) => outcome === 'pass') ? 'pass' : 'inconclusive';
}

/** Why the verdict is what it is: the gate that is open, or a sentence a hyperparameter. */
export function sweepSummary({ gates, sweeps }: Judged): string {
  const gate = gates.find(({ outcome }) => outcome !== 'pass');
  if (gate !== undefined) return `Nothing is proven: ${gate.reason}. To settle it: ${gate.settle}.`;
  return sweeps.map(sentence).join(' ');
}

function sentence({ hyperparameter, outcome, parametrizations }: HyperparameterSweep): string {
  const mup = parametrizations.find(({ parametrization }) => parametrization === 'mup');
  const control = parametrizations.find(({ parametrization }) => parametrization === 'sp');
  if (mup === undefined || outcome === 'inapplicable') return `${hyperparameter} was not swept in µP.`;
  const told = mup.drifts.find((drift) => drift.outcome === mup.outcome && drift.reason === mup.reason);
  const sp = control?.drifts.find((drift) => drift.along === told?.along && drift.at === told.at);
  const measured = told === undefined ? null : driftText(told, mup);
  const beside = measured === null || sp?.interval == null ? '' : `; SP: ${movement(sp)}`;
  if (outcome === 'inconclusive') {
    const settle = mup.settle === null ? '' : ` To settle it: ${mup.settle}.`;
    return `Whether ${hyperparameter} transfers is open: ${mup.reason}${beside}.${settle}`;
  }
  const verb = outcome === 'pass' ? 'transfers' : 'does not transfer';
  const parts = [measured, mup.reason].filter((part) => part !== null);
  return `${hyperparameter} ${verb}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${beside}.`;
}

function driftText(drift: JudgedDrift, { curves }: ParametrizationSweep): string | null {
  if (drift.interval === null) return null;
  const range = `${Math.min(...drift.sizes)}…${Math.max(...drift.sizes)}`;
  const others = new Set(curves.map((curve) => (drift.along === 'width' ? curve.depth : curve.width))).size;
  const at = others < 2 ? '' : ` at ${drift.along === 'width' ? 'depth' : 'width'} ${drift.at}`;
  return `log2 optimum moves ${movement(drift)} a doubling of ${drift.along} over ${range}${at}`;
}

function movement({ perDoubling, interval }: JudgedDrift): string {
  return perDoubling === null || interval === null ? 'unknown' : `${signed(perDoubling)} ${signedBracket(interval)}`;
}
