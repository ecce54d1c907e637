const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Tells our own listeners from the application's, also those of another pool. */
const guards = new WeakSet<(...all: never[]) => void>();

/**
 * Runs `kill` when this process is about to end, by exit or by a signal nobody else handles.
 *
 * A signal that the application listens to is left to it: it may first want to save what is finished.
 * A parent that is killed outright runs nothing; then the workers end by themselves, see `serve`.
 *
 * @returns removes the guard
 */
export function guardAgainstOrphans(kill: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    if (process.listeners(signal).some((listener) => !guards.has(listener))) return;
    kill();
    for (const listener of process.listeners(signal)) process.off(signal, listener);
    // With the last listener gone the signal ends this process as it would have without us.
    process.kill(process.pid, signal);
  };
  guards.add(onSignal);
  process.on('exit', kill);
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return () => {
    process.off('exit', kill);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
}
