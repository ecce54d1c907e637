import type { SearchedRung, SearchedTrial } from '../verdict/tune-result.js';
import type { TrialRecord } from '../records/trial.js';
import { ranked, survivors, type Rung } from './halving.js';
import type { Sample } from './space.js';
import { outOfTime, scoreOf, trialOf, type Tuning, type Undecided } from './tuning.js';

/** What a search found. */
export interface Search {
  rungs: SearchedRung[];
  /** In the order of the sequence, each as its longest training ended. */
  trials: SearchedTrial[];
  /** Best first: trials of full length, and there is at least one unless the search is undecided. */
  finalists: SearchedTrial[];
  /** Every training that was made. */
  made: TrialRecord[];
  undecided: Undecided | null;
}

/** Trains samples rung by rung, the better ones longer each time. */
export async function search(tuning: Tuning, samples: readonly Sample[], rungs: readonly Rung[]): Promise<Search> {
  const found = new Map<number, SearchedTrial>();
  const done: SearchedRung[] = [];
  const made: TrialRecord[] = [];
  const result = (undecided: Undecided | null, finalists: SearchedTrial[] = []): Search => {
    const trials = [...found.values()].toSorted((a, b) => a.index - b.index);
    return { rungs: done, trials, finalists, made, undecided };
  };
  let going: readonly Sample[] = samples;
  for (const [i, { trials, steps }] of rungs.entries()) {
    if (i > 0) going = going.slice(0, trials);
    const stage = rungs.length === 1 ? 'search' : `rung ${i + 1} of ${rungs.length}, ${steps} steps`;
    const keys = going.map(({ values }) => trialOf(tuning, values, { steps }));
    const records = await tuning.trials.make(keys, stage);
    made.push(...records);
    if (records.length < keys.length) {
      return result(outOfTime(`${stage} was complete: ${records.length} of ${keys.length} trials are made`));
    }
    const ended = records.map((record, k) => searched(going[k] as Sample, record));
    for (const trial of ended) found.set(trial.index, trial);
    done.push(rungResult(steps, ended));
    const better = survivors(ended, rungs[i + 1]?.trials ?? ended.length);
    if (better.length === 0) return result(noneFinished(ended));
    if (i + 1 === rungs.length) return result(null, ranked(better));
    going = better;
  }
  return result(null);
}

function searched({ index, values }: Sample, record: TrialRecord): SearchedTrial {
  const { steps, error } = record;
  const score = scoreOf(record);
  const state = record.state === 'finished' && score === null ? 'diverged' : record.state;
  return { index, values, steps, state, error, score };
}

function rungResult(steps: number, trials: readonly SearchedTrial[]): SearchedRung {
  const count = (state: SearchedTrial['state']) => trials.filter((trial) => trial.state === state).length;
  const [best] = ranked(trials);
  return {
    steps,
    trials: trials.length,
    finished: count('finished'),
    diverged: count('diverged'),
    failed: count('failed'),
    best: best?.score ?? null,
  };
}

function noneFinished(trials: readonly SearchedTrial[]): Undecided {
  const failed = trials.find(({ state }) => state === 'failed');
  const [{ steps }] = trials as [SearchedTrial];
  const all = `${trials.length === 1 ? 'The one trial' : `All ${trials.length} trials`} of ${steps} steps`;
  if (failed !== undefined && trials.every(({ state }) => state === 'failed')) {
    return { reason: `${all} failed: ${failed.error}.`, settle: 'Fix the model file, or leave such values out.' };
  }
  return {
    reason: `${all} diverged${failed === undefined ? '' : ' or failed'}: their loss is not finite, or above twice the untrained one.`,
    settle: 'Give a space with lower learning rates, for example --space learningRate=2^-16..2^-10, or more trials.',
  };
}
