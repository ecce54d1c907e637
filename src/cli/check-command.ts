import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { recordsPath } from '../capture/keep-journal.js';
import { check, plan, type CheckOptions } from '../check.js';
import { exitCode, SIGNAL_CODES } from './exit-code.js';
import { modelPath } from './model-path.js';
import { planText } from './plan-text.js';
import { configText } from './config-text.js';
import { progress } from './progress.js';
import { repeatCommand, resumeCommand } from './repeat-command.js';
import { readSettings } from './read-settings.js';
import type { MergedSettings, Settings } from './settings.js';
import { watchSignals, type StopSignal } from './signals.js';
import type { Terminal } from './terminal.js';
import { DEFAULT_REPORTERS, makeFolder, shownPath, tellWritten, writeReports } from './write-reports.js';

/**
 * Checks the model in a file and reports it.
 *
 * @param words - what stood on the command line besides flags: the path of the model file
 * @param flags - as commander read them
 * @returns the exit code
 * @throws CoordCheckError for wrong use or a broken environment
 */
export async function checkModel(
  words: readonly string[],
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { folder, stdout } = terminal;
  const merged = await readSettings(flags, terminal);
  if (flags['printConfig'] === true) {
    stdout.print(configText(merged));
    return 0;
  }
  const path = modelPath(words, folder);
  const options = {
    ...checkOptions(merged.settings),
    command: repeatCommand({ name: 'check', model: path, merged, folder }),
  };
  if (flags['dryRun'] === true) {
    stdout.print(planText(await plan(path, options)));
    return 0;
  }
  return await train(path, { options, merged }, terminal);
}

/** The settings as `check` takes them. */
export function checkOptions(settings: Settings): CheckOptions {
  const { reporter: _reporter, quiet: _quiet, verbose: _verbose, grid: _grid, extend: _extend, ...taken } = settings;
  const { width: _width, depth: _depth, space: _space, trials: _trials, search: _search, ...checked } = taken;
  const {
    targetSteps: _steps,
    targetBatch: _batch,
    verifyWidth: _verify,
    timeBudget,
    out = 'reports',
    ...same
  } = checked;
  return { ...same, out, ...(timeBudget === undefined ? {} : { timeBudgetMs: timeBudget }) };
}

async function train(
  path: string,
  { options, merged }: { options: CheckOptions; merged: MergedSettings },
  terminal: Terminal,
): Promise<number> {
  const { stderr, folder } = terminal;
  const { reporter: reporters = DEFAULT_REPORTERS, out = 'reports', quiet: isQuiet = false } = merged.settings;
  // Before the training, not after it: an unwritable folder must not cost an hour.
  makeFolder(resolve(folder, out));
  const shown = await progress(stderr, merged.settings);
  const watch = watchSignals((signal) => stderr.print(`${signal}: stopping; a second signal stops at once\n`));
  try {
    const result = await check(path, { ...options, signal: watch.abort, onProgress: shown.listen });
    shown.stop();
    const written = await writeReports(result, { reporters, out, isQuiet }, terminal);
    const records = recordsPath(out, result.name);
    if (existsSync(resolve(folder, records))) written.unshift(shownPath(records, folder));
    tellWritten(written, reporters, terminal);
    return exitCode([result.verdict]);
  } catch (error) {
    shown.stop();
    const stopped = watch.received();
    if (stopped === null) throw error;
    return stoppedBy(stopped, resumeCommand({ name: 'check', model: path, merged, folder }), terminal);
  } finally {
    watch.release();
  }
}

function stoppedBy(signal: StopSignal, resume: string, { stderr }: Terminal): number {
  stderr.print(`stopped by ${signal}; finished runs are saved. Go on with:\n  ${resume}\n`);
  return SIGNAL_CODES[signal];
}
