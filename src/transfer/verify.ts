import type { Setting, TrialRecord } from '../records/trial.js';
import { trialKey } from '../records/trial.js';
import type { ChosenSetting, SearchedTrial, Verification } from '../verdict/tune-result.js';
import { behind, compare, type Candidate } from './contenders.js';
import { outOfTime, trialOf, type Tuning } from './tuning.js';

/** The best settings of the search that are tried at the other width, too. */
const BEST = 5;

/** The chosen learning rate is tried beside itself, one and two octaves to each side. */
const OCTAVES = [-2, -1, 1, 2];

/** A verification, and every training made for it. */
export interface Verified {
  verification: Verification;
  made: TrialRecord[];
}

/**
 * Trains a few settings at another width, with the seeds of the comparison: what is lost there by the one that was chosen
 * on the proxy.
 *
 * They are the chosen one, the model's own, the best five of the search, and the chosen one at a quarter to four times
 * its learning rate. The best of several means is better by chance, too, so the regret is rather too large than too small.
 */
export async function verify(
  tuning: Tuning,
  width: number,
  { chosen, best }: { chosen: ChosenSetting; best: readonly SearchedTrial[] },
): Promise<Verified> {
  const candidates = distinct(tuning, [
    chosen,
    { index: null, values: {} },
    ...best.slice(0, BEST),
    ...spread(tuning, chosen.values),
  ]);
  const { contenders, made, isComplete } = await compare(tuning, candidates, { stage: `width ${width}`, width });
  const nothing = { width, contenders, best: null, regret: null, share: null };
  const { reason } = outOfTime(`the settings were trained at width ${width}`);
  if (!isComplete) return { made, verification: { ...nothing, reason } };
  const [first] = contenders;
  const own = contenders.find(({ index }) => index === chosen.index);
  const regret = first === undefined || own === undefined ? null : behind(own, first);
  if (first === undefined || first.score === null || regret === null) {
    const why = `At width ${width} the chosen setting did not finish with every seed.`;
    return { made, verification: { ...nothing, best: first?.score == null ? null : first.values, reason: why } };
  }
  const { mean } = first.score;
  const share = mean === 0 ? null : regret.mean / Math.abs(mean);
  return { made, verification: { width, contenders, best: first.values, regret, share, reason: null } };
}

function spread({ space }: Tuning, values: Setting): Candidate[] {
  const rate = values['learningRate'];
  const isSearched = space.some(({ hyperparameter, scale }) => hyperparameter === 'learningRate' && scale !== 'choice');
  if (!isSearched || typeof rate !== 'number') return [];
  return OCTAVES.map((octave) => ({ index: null, values: { ...values, learningRate: rate * 2 ** octave } }));
}

/** One of each setting, the first of equal ones. */
function distinct(tuning: Tuning, candidates: readonly Candidate[]): Candidate[] {
  const byKey = new Map<string, Candidate>();
  for (const { index, values } of candidates) {
    const key = trialKey(trialOf(tuning, values));
    if (!byKey.has(key)) byKey.set(key, { index, values });
  }
  return [...byKey.values()];
}
