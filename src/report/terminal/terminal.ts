import { isOfWidth, type CheckResult } from '../../verdict/result.js';
import { LIMITS, runLine, VERDICT_WORD } from '../reading/wording.js';
import { diagnosisLines, gateLines, noteLines, repeatLines, runLines, verdictLines } from './sections.js';
import { depthLines, parameterLines, tapLines } from './slopes.js';
import { screenOf, type TerminalOptions } from './screen.js';

/**
 * A result for people at a prompt: the verdict first, then its cause, then the evidence.
 *
 * @param options - `columns` a line may take (80), `color` whether ANSI colours are used (false)
 * @returns lines no wider than `columns`, but for a long word of the command, which can be pasted only whole; control
 *   characters in names are spelt out, never sent to the terminal
 */
export function renderTerminal(result: CheckResult, options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  const sections = [
    verdictLines(result, VERDICT_WORD[result.verdict], screen),
    diagnosisLines(result, screen),
    gateLines(result, screen),
    isOfWidth(result) ? parameterLines(result, screen) : [],
    isOfWidth(result) ? tapLines(result, screen) : [],
    depthLines(result, screen),
    runLines(result, screen),
    noteLines(result, screen),
    repeatLines(result, { run: runLine(result), limits: LIMITS }, screen),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}
