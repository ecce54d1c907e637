import { isDistinguishable, meanOfSeeds, pairedDifference } from '../analysis/paired.js';
import type { Setting, TrialRecord } from '../records/trial.js';
import type { Contender } from '../verdict/tune-result.js';
import { scoreOf, trialOf, type Tuning } from './tuning.js';

/** A setting that is compared. */
export interface Candidate {
  /** Of the search's trial; null for one that the search has not drawn. */
  index: number | null;
  values: Setting;
}

/** Settings compared over the same seeds. */
export interface Comparison {
  /** Best first, those with a seed that did not finish last, else in the order given. */
  contenders: Contender[];
  made: TrialRecord[];
  /** False where the time budget ended first: nothing is compared then. */
  isComplete: boolean;
}

/** Trains settings with every seed of the comparison, at full steps. */
export async function compare(
  tuning: Tuning,
  candidates: readonly Candidate[],
  { stage, width = tuning.width }: { stage: string; width?: number },
): Promise<Comparison> {
  const keys = candidates.flatMap(({ values }) => tuning.seeds.map((seed) => trialOf(tuning, values, { seed, width })));
  const made = await tuning.trials.make(keys, stage);
  if (made.length < keys.length) return { contenders: [], made, isComplete: false };
  const count = tuning.seeds.length;
  const contenders = candidates.map(({ index, values }, i): Contender => {
    const scores = made.slice(i * count, (i + 1) * count).map(scoreOf);
    return {
      index,
      values,
      scores,
      score: whole(scores) === null ? null : meanOfSeeds(scores as number[]),
      behind: null,
    };
  });
  return { contenders: inOrder(contenders), made, isComplete: true };
}

/** Best first, each with how far it is behind the first. */
function inOrder(contenders: readonly Contender[]): Contender[] {
  const sorted = contenders.toSorted((a, b) => (order(a) === order(b) ? 0 : order(a) - order(b)));
  const [best] = sorted;
  return sorted.map((each) => ({ ...each, behind: best === undefined || each === best ? null : behind(each, best) }));
}

function order({ score }: Contender): number {
  return score?.mean ?? Number.POSITIVE_INFINITY;
}

/** How much worse one contender is than another; null where either has a seed that did not finish. */
export function behind(one: Contender, other: Contender): Contender['behind'] {
  const [a, b] = [whole(one.scores), whole(other.scores)];
  return a === null || b === null ? null : pairedDifference(a, b);
}

/** Whether the best can be told from the one after it; null where nothing comes after it. */
export function isDistinguished(best: Contender, others: readonly Contender[]): boolean | null {
  const next = others.find(({ score }) => score !== null);
  const difference = next === undefined ? null : behind(next, best);
  return difference === null ? null : isDistinguishable(difference);
}

function whole(scores: readonly (number | null)[]): number[] | null {
  return scores.every((score) => score !== null) ? [...scores] : null;
}
