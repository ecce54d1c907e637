import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileName } from '../capture/keep-journal.js';
import { trialsPath } from '../capture/trials.js';
import { failure } from '../errors.js';
import { renderTune } from '../report/render.js';
import { tune, type TuneOptions } from '../transfer/tune.js';
import type { TuneResult } from '../verdict/tune-result.js';
import { modelPath } from './model-path.js';
import { readSettings } from './read-settings.js';
import { repeatCommand, resumeCommand } from './repeat-command.js';
import type { Reporter } from './setting-schemas.js';
import type { MergedSettings } from './settings.js';
import { stoppable } from './stoppable.js';
import type { Terminal } from './terminal.js';
import { quietLine, screenOptions, shownPath, tellWritten, writeText } from './write-reports.js';

const DEFAULT_REPORTERS: readonly Reporter[] = [{ name: 'terminal', file: null }];

/** The exit code of a tuning that could choose nothing: as that of an inconclusive check. */
const UNDECIDED = 3;

/**
 * Tunes the narrow model of a file, and reports what to launch the wide one with.
 *
 * @param words - what stood on the command line besides flags: the path of the model file
 * @param flags - as commander read them
 * @returns the exit code
 * @throws CoordCheckError for wrong use or a broken environment
 */
export async function tuneModel(
  words: readonly string[],
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { folder } = terminal;
  const merged = await readSettings(flags, terminal);
  const parts = { name: 'tune', model: modelPath(words, folder, 'tune'), merged, folder } as const;
  refuseOtherReporters(merged);
  refuseTargetless(merged);
  const options = { ...tuneOptions(merged), command: repeatCommand(parts) };
  return stoppable(
    {
      settings: merged.settings,
      train: (how) => tune(parts.model, { ...options, ...how }),
      report: async (result) => {
        await report(result, merged, terminal);
        return result.outcome === 'tuned' ? 0 : UNDECIDED;
      },
      stopped: `finished trials are saved. Go on with:\n  ${resumeCommand(parts)}`,
    },
    terminal,
  );
}

/** The settings as `tune` takes them. */
function tuneOptions({ settings, from }: MergedSettings): TuneOptions {
  const { width, depth, space, trials, search, seed, set, targetWidth, targetSteps, targetBatch, verifyWidth } =
    settings;
  const { engine, workers, threads, resume, timeBudget: timeBudgetMs, out = 'reports' } = settings;
  // In a config file these are the few of a check.
  const seeds = from.seeds === 'config' ? undefined : settings.seeds;
  const steps = from.steps === 'config' ? undefined : settings.steps;
  const proxy = { width, depth, space, trials, search, seeds, seed, set, steps };
  const target = { targetWidth, targetSteps, targetBatch, verifyWidth };
  return { ...proxy, ...target, engine, workers, threads, resume, out, timeBudgetMs };
}

/** What is said of a target that is not given would be lost without a word. */
function refuseTargetless({ settings: { targetWidth, targetSteps, targetBatch } }: MergedSettings): void {
  if (targetWidth !== undefined || (targetSteps === undefined && targetBatch === undefined)) return;
  throw failure('SETTING_INVALID', {
    where: targetSteps === undefined ? '--target-batch' : '--target-steps',
    expected: '--target-width beside it',
    got: 'none',
    hint: 'For example: --target-width 4096.',
  });
}

function refuseOtherReporters({ settings, from }: MergedSettings): void {
  const other = settings.reporter?.find(({ name }) => name !== 'terminal' && name !== 'json');
  if (other === undefined || from.reporter === 'config') return;
  throw failure('SETTING_INVALID', {
    where: '--reporter',
    expected: 'terminal or json, each with or without =FILE',
    got: `"${other.name}"`,
    hint: 'A tuning is reported on the terminal and in NAME.tune.json.',
  });
}

/** Writes the result and the target's settings, and tells both. */
async function report(result: TuneResult, { settings, from }: MergedSettings, terminal: Terminal): Promise<void> {
  const { stdout, folder } = terminal;
  const { quiet: isQuiet = false, out = 'reports' } = settings;
  // A config file's are a check's.
  const reporters = (from.reporter === 'config' ? undefined : settings.reporter) ?? DEFAULT_REPORTERS;
  const text = `${JSON.stringify(result, null, 2)}\n`;
  const written = result.trials.length === 0 ? [] : [shownPath(trialsPath(out, result.name), folder)];
  const write = async (file: string, content: string): Promise<void> => {
    const shown = await writeText(file, content, folder);
    if (!written.includes(shown)) written.push(shown);
  };
  const screen = screenOptions(terminal);
  for (const { name, file } of reporters) {
    if (name === 'terminal' && (file ?? '-') === '-') {
      stdout.print(isQuiet ? quietLine(result.outcome, result) : await renderTune(result, screen));
    }
    if (name === 'terminal' && file !== null && file !== '-') await write(file, await renderTune(result));
    if (name === 'json' && file === '-') stdout.print(text);
    if (name === 'json' && file !== null && file !== '-') await write(file, text);
  }
  await write(join(out, `${fileName(result.name)}.tune.json`), text);
  const target = join(out, `${fileName(result.name)}.target.json`);
  if (result.target !== null) await write(target, `${JSON.stringify(result.target, null, 2)}\n`);
  else await withdraw(result, target, terminal);
  const isPayload = reporters.some(({ name, file }) => name === 'json' && file === '-');
  tellWritten(written, isPayload ? reporters : [], terminal);
}

/** Nobody is to launch with settings that the tuning beside them does not bear out. */
async function withdraw({ config }: TuneResult, target: string, { stderr, folder }: Terminal): Promise<void> {
  if (!existsSync(resolve(folder, target))) return;
  const path = shownPath(target, folder);
  if (config.targetWidth === null) {
    stderr.print(`${path} is of an earlier tuning: without --target-width this one has no settings\n`);
    return;
  }
  await rm(resolve(folder, target));
  stderr.print(`removed ${path}, which was of an earlier tuning: this one has no settings\n`);
}
