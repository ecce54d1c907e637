import { CommanderError } from 'commander';
import { CoordCheckError, failure } from '../errors.js';
import { visibleLines } from '../visible.js';
import { UNFORESEEN } from './exit-code.js';
import { program } from './program.js';
import type { Terminal } from './terminal.js';

/**
 * Runs one command line.
 *
 * @param words - the arguments after the program's name
 * @returns the exit code; nothing here ends the process
 */
export async function run(words: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  try {
    await program(terminal, (given) => (code = given)).parseAsync(words, { from: 'user' });
    return code;
  } catch (error) {
    // Help and --version leave by an error too, with code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isVerbose = words.includes('--verbose');
    return complain(error instanceof CommanderError ? usage(error) : error, terminal, isVerbose);
  }
}

/** Prints an error as a sentence, what to do about it, and, when asked, where it came from. */
function complain(error: unknown, { stderr }: Terminal, isVerbose: boolean): number {
  const known = error instanceof CoordCheckError ? error : null;
  const text = error instanceof Error ? error.message : String(error);
  const hint = known?.hint ?? 'This is a fault of coordcheck or of the machine; --verbose shows where it happened.';
  const head = stderr.hasColor ? '\u001B[31mcoordcheck:\u001B[39m' : 'coordcheck:';
  // An error of the user's own code may hold anything.
  stderr.print(`${head} ${visibleLines(`${text}\n  ${hint}`)}\n`);
  if (isVerbose && error instanceof Error) stderr.print(`${visibleLines(trace(error))}\n`);
  return known?.exitCode ?? UNFORESEEN;
}

function trace(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${trace(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

function usage(error: CommanderError): CoordCheckError {
  // commander puts its guess ("Did you mean --widths?") on a line of its own.
  const [mistake = '', guess] = error.message.replace(/^error: /, '').split('\n');
  const hint = guess?.replace(/^\((.*)\)$/, '$1') ?? 'See coordcheck --help.';
  return failure('USAGE', { mistake, hint }, { cause: error });
}
