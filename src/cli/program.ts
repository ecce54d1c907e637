import { Command } from 'commander';
import { environmentName, flagsOf, type CommandName } from './flags.js';
import type { Terminal } from './terminal.js';
import { packageVersion } from './version.js';

/** Exit codes as `--help` tells them. */
const EXIT_CODES =
  'Exit codes: 0 pass, 1 fail, 2 wrong use, 3 inconclusive, 4 infrastructure, 130 and 143 stopped by a signal.';

/**
 * The commands and their flags. What a command does is imported only when it runs, so that --help answers at once.
 *
 * @param finish - told the exit code of the command that ran
 */
export function program(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const root = command('coordcheck', terminal)
    .description('Checks, before launch, that a TF.js model is in µP.')
    .version(packageVersion(), '--version', 'print the version')
    .usage('[command] [options]');
  const check = checkCommand(terminal, finish);
  root.addCommand(check, { isDefault: true });
  root.addCommand(prescribeCommand(terminal, finish));
  root.addCommand(sweepCommand(terminal, finish));
  root.addCommand(tuneCommand(terminal, finish));
  root.addCommand(reportCommand(terminal, finish));
  for (const each of smallCommands(terminal, finish)) root.addCommand(each);
  root.addHelpText('after', () => `\n${checkOptions(check)}`);
  return withNotes(root, EXIT_CODES);
}

function checkCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const check = command('check', terminal)
    .description('train at growing widths, measure, judge and report (the default command)')
    .argument('[model]', 'model file, for example model.ts');
  addFlags(check, 'check');
  withNotes(check, `Each flag has a variable: ${environmentName('targetWidth')} for --target-width.`, EXIT_CODES);
  return (
    check
      .option('--dry-run', 'print what would be trained and measured; train nothing')
      .option('--print-config', 'print the settings and where each comes from; train nothing')
      // The check says itself what is wrong with `coordcheck frobnicate x`: an unknown command, not a second model.
      .allowExcessArguments()
      .action(async (_model: unknown, flags: Record<string, unknown>, { args }: Command) => {
        const { checkModel } = await import('./check-command.js');
        finish(await checkModel(args, flags, terminal));
      })
  );
}

function prescribeCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const prescribe = command('prescribe', terminal)
    .description('derive what scales the model into µP, from measurement alone, and prove it')
    .argument('[model]', 'model file, for example model.ts');
  addFlags(prescribe, 'prescribe');
  return withNotes(prescribe, PRESCRIBE_HELP, EXIT_CODES)
    .allowExcessArguments()
    .action(async (_model: unknown, flags: Record<string, unknown>, { args }: Command) => {
      const { prescribeModel } = await import('./prescribe-command.js');
      finish(await prescribeModel(args, flags, terminal));
    });
}

const PRESCRIBE_HELP =
  'Checks the model, multiplies initial values, learning rates and, for attention logits and tied readouts, the ' +
  'forward pass by the powers of the width that the measurement asks for, and checks again, until the check ' +
  "passes. The model's file is left as it is. Prints the exponents with their proof, and code to paste. Any " +
  'optimizer will do. The exit code is that of the last check.';

function sweepCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const sweep = command('sweep', terminal)
    .description('find the best learning rate at every width, and judge whether it transfers')
    .argument('[model]', 'model file, for example model.ts');
  addFlags(sweep, 'sweep');
  return withNotes(sweep, SWEEP_HELP, EXIT_CODES)
    .allowExcessArguments()
    .action(async (_model: unknown, flags: Record<string, unknown>, { args }: Command) => {
      const { sweepModel } = await import('./sweep-command.js');
      finish(await sweepModel(args, flags, terminal));
    });
}

const SWEEP_HELP =
  'Trains every value of the grid at every width and seed, fits the best value of each width, and tells how it ' +
  'moves with every doubling of the width. Each hyperparameter of --grid is swept with all others at their ' +
  "defaults; without --grid, the learning rate around the model's own. A grid grows by itself where an optimum " +
  'lies near its end. Exit code 0: the best values transfer.';

function tuneCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const tune = command('tune', terminal)
    .description('search the best hyperparameters on a narrow proxy, and give the settings of a wide target')
    .argument('[model]', 'model file, for example model.ts');
  addFlags(tune, 'tune');
  return withNotes(tune, TUNE_HELP, TUNE_EXIT_CODES)
    .allowExcessArguments()
    .action(async (_model: unknown, flags: Record<string, unknown>, { args }: Command) => {
      const { tuneModel } = await import('./tune-command.js');
      finish(await tuneModel(args, flags, terminal));
    });
}

const TUNE_HELP =
  'Draws settings at random from the space, trains them on the proxy, stops the worse ones early, and compares the ' +
  'three best over seeds that the search has not seen. With --target-width, prints what every parameter of the ' +
  'target starts from and is trained with, and writes it to NAME.target.json, for mup.loadTargetSettings and ' +
  "others. Without --space, the learning rate around the model's own is searched.";

const TUNE_EXIT_CODES =
  'Exit codes: 0 tuned, 2 wrong use, 3 nothing can be chosen, 4 infrastructure, 130 and 143 stopped by a signal.';

function reportCommand(terminal: Terminal, finish: (exitCode: number) => void): Command {
  const report = command('report', terminal)
    .description('judge and render saved records or results again, without TF.js')
    .argument('<file...>', '*.records.ndjson, *.result.json or *.sweep.json');
  addFlags(report, 'report');
  return report.action(async (files: string[], flags: Record<string, unknown>) => {
    const { reportFiles } = await import('./report-command.js');
    finish(await reportFiles(files, flags, terminal));
  });
}

function smallCommands(terminal: Terminal, finish: (exitCode: number) => void): Command[] {
  return [
    command('init', terminal)
      .description('write a template model file')
      .argument('[file]', 'where to', 'model.ts')
      .action(async (file: string) => finish((await import('./init-command.js')).init(file, terminal))),
    command('doctor', terminal)
      .description('list engines and versions, and what is missing')
      .action(async () => finish(await (await import('./doctor-command.js')).doctor(terminal))),
    command('rules', terminal)
      .description('list the rules a check is judged by, and the causes it can name')
      .action(async () => finish((await import('./rules-command.js')).listRules(terminal))),
    command('explain', terminal)
      .description('explain one rule or cause in depth; without one, list them')
      .argument('[rule]', 'its id')
      .action(async (id?: string) => finish((await import('./rules-command.js')).explain(id, terminal))),
  ];
}

/** A command that prints to the terminal it was given and never ends the process. */
function command(name: string, { stdout }: Terminal): Command {
  return (
    new Command(name)
      .exitOverride()
      .configureOutput({
        writeOut: (text) => stdout.print(text),
        getOutHelpWidth: () => stdout.columns,
        // Mistakes are told by `run`, in one form for commander's and our own.
        outputError: () => {},
        writeErr: () => {},
      })
      // Narrow terminals too: commander's own 40 leaves lines of 120 characters on one of 60 columns.
      .configureHelp({ minWidthToWrap: 16 })
      .helpCommand(false)
  );
}

/** Paragraphs below a command's options, as wide as the terminal, and no wider than they read well. */
function withNotes(to: Command, ...paragraphs: string[]): Command {
  const width = Math.min(to.configureOutput().getOutHelpWidth?.() ?? WIDEST_NOTE, WIDEST_NOTE);
  return to.addHelpText('after', () =>
    paragraphs.map((text) => `\n${to.createHelp().boxWrap(text, width)}`).join('\n'),
  );
}

const WIDEST_NOTE = 80;

function addFlags(to: Command, name: CommandName): void {
  for (const { flag, argument, description } of flagsOf(name)) {
    if (argument === null) to.option(flag, description);
    else if (!argument.endsWith('…')) to.option(`${flag} <${argument}>`, description);
    // Not variadic: `--widths 64,128 model.ts` would take the model's path for a width.
    else to.option(`${flag} <${argument}>`, description, collect);
  }
}

function collect(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}

function checkOptions(check: Command): string {
  const help = check.createHelp();
  help.prepareContext({ helpWidth: check.configureOutput().getOutHelpWidth?.() });
  const options = help.visibleOptions(check).filter(({ long }) => long !== '--help');
  const terms = options.map((option) => help.optionTerm(option));
  const longest = Math.max(...terms.map((term) => term.length));
  const lines = options.map((option, index) => help.formatItem(terms[index] ?? '', longest, option.description, help));
  return ['Options of check:', ...lines].join('\n');
}
