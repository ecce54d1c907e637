import { trialsPath } from '../capture/trials.js';
import { sweep, type SweepOptions } from '../transfer/sweep.js';
import { exitCode } from './exit-code.js';
import { modelPath } from './model-path.js';
import { readSettings } from './read-settings.js';
import { repeatCommand, resumeCommand } from './repeat-command.js';
import type { MergedSettings } from './settings.js';
import { stoppable } from './stoppable.js';
import type { Terminal } from './terminal.js';
import { DEFAULT_REPORTERS, shownPath, tellWritten, writeReports } from './write-reports.js';

/**
 * Sweeps the hyperparameters of the model in a file over widths and seeds, and reports whether they transfer.
 *
 * @param words - what stood on the command line besides flags: the path of the model file
 * @param flags - as commander read them
 * @returns the exit code
 * @throws CoordCheckError for wrong use or a broken environment
 */
export async function sweepModel(
  words: readonly string[],
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { folder } = terminal;
  const merged = await readSettings(flags, terminal);
  const parts = { name: 'sweep', model: modelPath(words, folder, 'sweep'), merged, folder } as const;
  const { reporter: reporters = DEFAULT_REPORTERS, out = 'reports', quiet: isQuiet = false } = merged.settings;
  const options = { ...sweepOptions(merged), command: repeatCommand(parts) };
  return stoppable(
    {
      settings: merged.settings,
      train: (how) => sweep(parts.model, { ...options, ...how }),
      report: async (result) => {
        const written = await writeReports(result, { reporters, out, isQuiet }, terminal);
        const trials = result.trials.length === 0 ? [] : [shownPath(trialsPath(out, result.name), folder)];
        tellWritten([...trials, ...written], reporters, terminal);
        return exitCode([result.verdict]);
      },
      stopped: `finished trials are saved. Go on with:\n  ${resumeCommand(parts)}`,
    },
    terminal,
  );
}

/** The settings as `sweep` takes them. */
function sweepOptions({ settings, from }: MergedSettings): SweepOptions {
  const { widths, depths, seeds, seed, steps, grid, extend, set, engine, workers, threads, resume, control } = settings;
  const { timeBudget, out = 'reports' } = settings;
  // In a config file it is the few steps of a check.
  const ownSteps = from.steps === 'config' ? undefined : steps;
  const given = { widths, depths, seeds, seed, steps: ownSteps, grid, extend, set, engine, workers, threads, resume };
  return { ...given, control, out, timeBudgetMs: timeBudget };
}
