import { SIGNAL_CODES } from './exit-code.js';

/** The signals that stop a check with its finished runs saved. */
export type StopSignal = keyof typeof SIGNAL_CODES;

/** Listens for signals while a check runs. */
export interface SignalWatch {
  /** Fires at the first signal. */
  abort: AbortSignal;
  received: () => StopSignal | null;
  /** Stops listening: signals end the process again. */
  release: () => void;
}

/**
 * Turns the first SIGINT or SIGTERM into an abort, so that finished runs are saved; the second ends the process at once.
 *
 * @param onFirst - called at the first signal, to say what happens
 */
export function watchSignals(onFirst: (signal: StopSignal) => void): SignalWatch {
  const controller = new AbortController();
  let received: StopSignal | null = null;
  const listener = (signal: NodeJS.Signals): void => {
    const stop = signal as StopSignal;
    if (received !== null) process.exit(SIGNAL_CODES[stop]);
    received = stop;
    onFirst(stop);
    controller.abort();
  };
  const signals = Object.keys(SIGNAL_CODES) as StopSignal[];
  for (const signal of signals) process.on(signal, listener);
  return {
    abort: controller.signal,
    received: () => received,
    release: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}
