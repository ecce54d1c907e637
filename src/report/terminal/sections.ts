import type { CheckResult } from '../../verdict/result.js';
import { counted } from '../reading/numbers.js';
import { failingFirst } from '../reading/ranking.js';
import { shownName, visible, visibleProse } from '../../visible.js';
import { fixSentences, OUTCOME_SIGN, placesAtFault } from '../reading/wording.js';
import type { ReportedResult } from '../reported-result.js';
import { section, type Screen } from './screen.js';
import { hanging, wrapCommand } from './wrap.js';

/** Names listed under one diagnosis; the rest are counted. */
const NAMES_SHOWN = 12;

/** The likely causes: what was seen, where, and the exponent that mends it. */
export function diagnosisLines({ diagnosis }: CheckResult, screen: Screen): string[] {
  const { colors, columns } = screen;
  const lines = diagnosis.flatMap((cause) => [
    ...hanging('  ', visibleProse(cause.title), columns).map((line) => colors.bold(line)),
    ...(cause.text === '' ? [] : hanging('    ', visibleProse(cause.text), columns)),
    ...(placesAtFault(cause).length === 0 ? [] : hanging('    in   ', nameList(placesAtFault(cause)), columns)),
    ...fixSentences(cause.fix).flatMap((fix) => hanging('    fix  ', fix, columns).map((line) => colors.cyan(line))),
  ]);
  return section('Likely cause', lines, screen);
}

/** Names in one line, the ones beyond a dozen counted. */
function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(shownName).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${names.length - NAMES_SHOWN} more` : shown;
}

/** The gates that did not pass, each with its reason and what would settle it; a line that says so when all did. */
export function gateLines({ gates }: Pick<CheckResult, 'gates'>, screen: Screen): string[] {
  const shut = failingFirst(gates).filter((gate) => gate.outcome === 'fail' || gate.outcome === 'inconclusive');
  if (shut.length === 0) {
    const passed = gates.filter((gate) => gate.outcome === 'pass').length;
    return passed === 0 ? [] : hanging('', `Gates: all ${passed} passed.`, screen.columns);
  }
  const lines = shut.flatMap((gate) => [
    ...hanging(`  ${OUTCOME_SIGN[gate.outcome]} `, visibleProse(gate.title), screen.columns).map((line) =>
      screen.outcome[gate.outcome](line),
    ),
    ...(gate.reason === null ? [] : hanging('    ', visibleProse(gate.reason), screen.columns)),
    ...(gate.settle === null ? [] : hanging('    to settle it: ', visibleProse(gate.settle), screen.columns)),
  ]);
  return section('Gates that did not pass', lines, screen);
}

/** The runs that did not finish. */
export function runLines({ runs }: CheckResult, screen: Screen): string[] {
  const broken = runs.filter((run) => run.state !== 'finished');
  const lines = broken.slice(0, NAMES_SHOWN).flatMap((run) => {
    const depth = run.depth === null ? '' : `, depth ${run.depth}`;
    const error = run.error === null ? '' : `: ${visibleProse(run.error)}`;
    return hanging('  ', `width ${run.width}${depth}, seed ${run.seed} ${run.state}${error}`, screen.columns);
  });
  if (broken.length > NAMES_SHOWN) lines.push(`  and ${counted(broken.length - NAMES_SHOWN, 'more run')}`);
  return section(`Runs that did not finish: ${broken.length} of ${runs.length}`, lines, screen);
}

/** Remarks that change no outcome. */
export function noteLines({ notes }: Pick<CheckResult, 'notes'>, screen: Screen): string[] {
  const lines = notes.flatMap((note) => hanging('  - ', visibleProse(note), screen.columns));
  return section('Notes', lines, screen);
}

/**
 * What was run, the command that repeats it, and what a pass does not prove.
 *
 * @param run - what was run, in one line
 */
export function repeatLines(
  { verdict, command }: ReportedResult,
  { run, limits }: { run: string; limits: string },
  { colors, columns }: Screen,
): string[] {
  return [
    ...hanging('', visibleProse(run), columns).map((line) => colors.dim(line)),
    ...(verdict === 'pass' ? hanging('', limits, columns).map((line) => colors.dim(line)) : []),
    ...(command === '' ? [] : ['', colors.bold('Repeat with'), ...wrapCommand(visible(command), columns)]),
  ];
}

/** The verdict in words, the name, and why. */
export function verdictLines(
  { verdict, name, summary }: ReportedResult,
  word: string,
  { colors, columns, outcome }: Screen,
): string[] {
  const sentence = `${visibleProse(name)} · ${visibleProse(summary)}`;
  const [first = '', ...rest] = hanging(`${word}  `, sentence, columns);
  return [outcome[verdict](colors.bold(word)) + first.slice(word.length), ...rest];
}
