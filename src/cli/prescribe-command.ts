import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileName, recordsPath } from '../capture/keep-journal.js';
import { prescribe, type Prescribed } from '../prescription/prescribe.js';
import { renderPrescription } from '../report/render.js';
import { checkOptions } from './check-command.js';
import { exitCode } from './exit-code.js';
import { modelPath } from './model-path.js';
import { repeatCommand } from './repeat-command.js';
import { readSettings } from './read-settings.js';
import type { Settings } from './settings.js';
import { stoppable } from './stoppable.js';
import type { Terminal } from './terminal.js';
import {
  DEFAULT_REPORTERS,
  goesToStdout,
  quietLine,
  screenOptions,
  shownPath,
  tellWritten,
  writeReports,
  writeText,
} from './write-reports.js';

/**
 * Derives what scales the model in a file into µP, and reports it with the check that proves it.
 *
 * @param words - what stood on the command line besides flags: the path of the model file
 * @param flags - as commander read them
 * @returns the exit code of the last check
 * @throws CoordCheckError for wrong use or a broken environment
 */
export async function prescribeModel(
  words: readonly string[],
  flags: Record<string, unknown>,
  terminal: Terminal,
): Promise<number> {
  const { folder } = terminal;
  const merged = await readSettings(flags, terminal);
  const path = modelPath(words, folder, 'prescribe');
  const command = repeatCommand({ name: 'prescribe', model: path, merged, folder });
  const { resume: _resume, timeBudgetMs: _budget, ...options } = checkOptions(merged.settings);
  return stoppable(
    {
      settings: merged.settings,
      train: (how) => prescribe(path, { ...options, command, ...how }),
      report: async (made) => {
        await report(made, merged.settings, terminal);
        return exitCode([made.check.verdict]);
      },
      stopped: `nothing is prescribed. Derive it anew with:\n  ${command}`,
    },
    terminal,
  );
}

function outOf({ out = 'reports' }: Settings): string {
  return out;
}

/** Forms for people to read at once get the prescription; a page and the result for programs, the check made with it. */
async function report({ prescription, check }: Prescribed, settings: Settings, terminal: Terminal): Promise<void> {
  const { stdout, folder } = terminal;
  const { reporter: reporters = DEFAULT_REPORTERS, quiet: isQuiet = false } = settings;
  const out = outOf(settings);
  const { name } = prescription;
  const written: string[] = [];
  for (const { name: format, file } of reporters) {
    if (format !== 'terminal' && format !== 'markdown') continue;
    const isLine = isQuiet && format === 'terminal';
    if (file === null || goesToStdout(format, file)) {
      const shown = () => renderPrescription(prescription, format, screenOptions(terminal));
      stdout.print(isLine ? quietLine(prescription.verdict, prescription) : await shown());
    } else {
      written.push(await writeText(file, await renderPrescription(prescription, format), folder));
    }
  }
  const file = join(out, `${fileName(name)}.prescription.json`);
  written.push(await writeText(file, `${JSON.stringify(prescription, null, 2)}\n`, folder));
  const others = reporters.filter((reporter) => reporter.name === 'html' || reporter.name === 'json');
  const reports = await writeReports(check, { reporters: others, out, isQuiet }, terminal);
  const records = recordsPath(out, check.name);
  const recorded = existsSync(resolve(folder, records)) ? [shownPath(records, folder)] : [];
  tellWritten([...written, ...recorded, ...reports], reporters, terminal);
}
