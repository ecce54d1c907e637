import { dirname, resolve } from 'node:path';
import { refuseFolder, refuseUnwritable } from '../capture/keep-journal.js';
import type { ProgressListener } from '../capture/progress.js';
import { SIGNAL_CODES } from './exit-code.js';
import { progress } from './progress.js';
import type { Settings } from './settings.js';
import { watchSignals } from './signals.js';
import type { Terminal } from './terminal.js';

/** What a command that trains for a while consists of. */
export interface StoppableCommand<Result> {
  settings: Settings;
  train(how: { signal: AbortSignal; onProgress: ProgressListener }): Promise<Result>;
  /** Reports the result. @returns the exit code */
  report(result: Result): Promise<number>;
  /** What is said once a signal has stopped it: what is kept, and how to go on. */
  stopped: string;
}

/**
 * Trains with its progress shown, and reports what came of it; the first signal ends it with what is finished saved.
 *
 * @returns the exit code
 * @throws what training and report throw
 */
export async function stoppable<Result>(
  { settings, train, report, stopped }: StoppableCommand<Result>,
  { stderr, folder }: Terminal,
): Promise<number> {
  // Before the training, not after it: an unwritable folder must not cost an hour.
  refuseOutputs(settings, folder);
  const shown = await progress(stderr, settings);
  const watch = watchSignals((signal) => stderr.print(`${signal}: stopping; a second signal stops at once\n`));
  try {
    const result = await train({ signal: watch.abort, onProgress: shown.listen });
    shown.stop();
    return await report(result);
  } catch (error) {
    shown.stop();
    const signal = watch.received();
    if (signal === null) throw error;
    stderr.print(`stopped by ${signal}; ${stopped}\n`);
    return SIGNAL_CODES[signal];
  } finally {
    watch.release();
  }
}

/** Looks at where a command writes: its output folder, and the files that reporters are given. */
function refuseOutputs({ out = 'reports', reporter: reporters = [] }: Settings, folder: string): void {
  const files = reporters.flatMap(({ file }) => (file === null || file === '-' ? [] : [resolve(folder, file)]));
  for (const file of files) refuseFolder(file);
  for (const output of [resolve(folder, out), ...files.map((file) => dirname(file))]) refuseUnwritable(output);
}
