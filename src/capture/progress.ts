import { visible } from '../visible.js';

/** Which run an event is of. */
export interface RunName {
  width: number;
  depth: number | null;
  seed: number;
  /** What else tells it from the others: the hyperparameters of a trial. */
  what?: string;
}

/** What a check tells while it runs; stages never print, the edge does. */
export type ProgressEvent =
  | {
      type: 'plan';
      name: string;
      engine: string;
      workers: number;
      runs: number;
      resumed: number;
      /** Which of several lots of runs it is. */
      stage?: string;
    }
  | ({ type: 'run-started' } & RunName)
  | ({ type: 'run-step'; done: number; total: number } & RunName)
  | ({
      type: 'run-finished';
      state: 'finished' | 'diverged' | 'failed';
      error: string | null;
      durationMs: number;
      finished: number;
      total: number;
      /** Estimated time left; null while nothing is known. */
      remainingMs: number | null;
    } & RunName)
  | ({ type: 'run-retried'; reason: string } & RunName)
  | { type: 'warning'; message: string }
  /** A prescription is measured again; `what` says what is new in it. */
  | { type: 'round'; round: number; what: string };

/** Receives progress events. */
export type ProgressListener = (event: ProgressEvent) => void;

/** How people are told which run it is. */
export function runName({ width, depth, seed, what }: RunName): string {
  return `width ${width}${depth === null ? '' : `, depth ${depth}`}, seed ${seed}${what === undefined ? '' : `, ${visible(what)}`}`;
}
