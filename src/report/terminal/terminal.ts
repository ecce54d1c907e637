import { isOfWidth, type CheckResult, type Verdict } from '../../verdict/result.js';
import { visibleProse } from '../reading/visible.js';
import { VERDICT_WORD } from '../reading/wording.js';
import { diagnosisLines, gateLines, noteLines, repeatLines, runLines } from './sections.js';
import { depthLines, parameterLines, tapLines } from './slopes.js';
import { screenOf, type Screen, type TerminalOptions } from './screen.js';
import { hanging } from './wrap.js';

/**
 * A result for people at a prompt: the verdict first, then its cause, then the evidence.
 *
 * @param options - `columns` a line may take (80), `color` whether ANSI colours are used (false)
 * @returns lines no wider than `columns`; control characters in names are spelt out, never sent to the terminal
 */
export function renderTerminal(result: CheckResult, options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  const sections = [
    verdictLines(result, screen),
    diagnosisLines(result, screen),
    gateLines(result, screen),
    isOfWidth(result) ? parameterLines(result, screen) : [],
    isOfWidth(result) ? tapLines(result, screen) : [],
    depthLines(result, screen),
    runLines(result, screen),
    noteLines(result, screen),
    repeatLines(result, screen),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdictLines(result: CheckResult, screen: Screen): string[] {
  const { colors, columns } = screen;
  const word = VERDICT_WORD[result.verdict];
  const sentence = `${visibleProse(result.name)} · ${visibleProse(result.summary)}`;
  const [first = '', ...rest] = hanging(`${word}  `, sentence, columns);
  return [verdictPaint(result.verdict, screen)(colors.bold(word)) + first.slice(word.length), ...rest];
}

function verdictPaint(verdict: Verdict, { outcome }: Screen): (text: string) => string {
  return outcome[verdict];
}
