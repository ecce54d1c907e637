import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { recordsPath } from '../capture/keep-journal.js';
import { check, plan, type CheckOptions } from '../check.js';
import { exitCode } from './exit-code.js';
import { modelPath } from './model-path.js';
import { planText } from './plan-text.js';
import { configText } from './config-text.js';
import { repeatCommand, resumeCommand } from './repeat-command.js';
import { readSettings } from './read-settings.js';
import type { MergedSettings, Settings } from './settings.js';
import { stoppable } from './stoppable.js';
import type { Terminal } from './terminal.js';
import { DEFAULT_REPORTERS, shownPath, tellWritten, writeReports } from './write-reports.js';

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
  const { folder } = terminal;
  const { reporter: reporters = DEFAULT_REPORTERS, out = 'reports', quiet: isQuiet = false } = merged.settings;
  return stoppable(
    {
      settings: merged.settings,
      train: (how) => check(path, { ...options, ...how }),
      report: async (result) => {
        const written = await writeReports(result, { reporters, out, isQuiet }, terminal);
        const records = recordsPath(out, result.name);
        if (existsSync(resolve(folder, records))) written.unshift(shownPath(records, folder));
        tellWritten(written, reporters, terminal);
        return exitCode([result.verdict]);
      },
      stopped: `finished runs are saved. Go on with:\n  ${resumeCommand({ name: 'check', model: path, merged, folder })}`,
    },
    terminal,
  );
}
