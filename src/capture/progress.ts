/** What a check tells while it runs; stages never print, the edge does. */
export type ProgressEvent =
  | { type: 'plan'; name: string; engine: string; workers: number; runs: number; resumed: number }
  | { type: 'run-started'; width: number; depth: number | null; seed: number }
  | { type: 'run-step'; width: number; depth: number | null; seed: number; done: number; total: number }
  | {
      type: 'run-finished';
      width: number;
      depth: number | null;
      seed: number;
      state: 'finished' | 'diverged' | 'failed';
      error: string | null;
      durationMs: number;
      finished: number;
      total: number;
      /** Estimated time left; null while nothing is known. */
      remainingMs: number | null;
    }
  | { type: 'run-retried'; width: number; depth: number | null; seed: number; reason: string }
  | { type: 'warning'; message: string }
  /** A prescription is measured again; `what` says what is new in it. */
  | { type: 'round'; round: number; what: string };

/** Receives progress events. */
export type ProgressListener = (event: ProgressEvent) => void;
