import { parameterName } from '../../parameter-name.js';
import type { PrescribedParameter, PrescriptionResult } from '../../verdict/prescription.js';
import { counted, intervalText, slopeText } from '../reading/numbers.js';
import {
  factorText,
  isDosed,
  judgedSlopeText,
  prescribedMultipliers,
  prescriptionLegend,
  scalesGradients,
} from '../reading/prescription.js';
import { shownName, visible, visibleProse } from '../../visible.js';
import { VERDICT_WORD } from '../reading/wording.js';
import { screenOf, section, type Screen, type TerminalOptions } from './screen.js';
import { table, type Cell, type Column } from './table.js';
import { hanging, wrapCommand } from './wrap.js';

/** Rows listed one by one; of more, those with nothing prescribed are counted. */
const LISTED = 24;

const COLUMNS: Column[] = [
  { title: 'parameter', shrinkTo: 16 },
  { title: 'role', drop: 3 },
  { title: 'initial', align: 'right' },
  { title: 'rate', align: 'right' },
  { title: 'gradient', align: 'right' },
  { title: 'init', align: 'right', drop: 4 },
  { title: '→', align: 'right', drop: 4 },
  { title: 'update', align: 'right', drop: 5 },
  { title: '95 % interval', align: 'right', drop: 1 },
  { title: '→', align: 'right', drop: 5 },
  { title: '95 % interval', align: 'right', drop: 2 },
];

/**
 * A prescription for people at a prompt: the verdict of the check made with it, its table, and the code to paste.
 *
 * @returns lines no wider than the screen, but for code and a long word of the command, which must stay as they are
 */
export function renderPrescription(result: PrescriptionResult, options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  const sections = [
    verdictLines(result, screen),
    tableLines(result, screen),
    multiplierLines(result, screen),
    leftAloneLines(result, screen),
    roundLines(result, screen),
    section('Code to paste', result.code === '' ? [] : result.code.split('\n').map(visible), screen),
    result.command === '' ? [] : section('Repeat with', wrapCommand(visible(result.command), screen.columns), screen),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function verdictLines({ verdict, name, summary }: PrescriptionResult, screen: Screen): string[] {
  const word = VERDICT_WORD[verdict];
  const sentence = `${visibleProse(name)} · ${visibleProse(summary)}`;
  const [first = '', ...rest] = hanging(`${word}  `, sentence, screen.columns);
  return [screen.outcome[verdict](screen.colors.bold(word)) + first.slice(word.length), ...rest];
}

function tableLines(result: PrescriptionResult, screen: Screen): string[] {
  const { parameters } = result;
  const changed = parameters.filter(isDosed);
  const listed = parameters.length <= LISTED ? parameters : changed;
  const isLevelled = scalesGradients(result);
  const shown = (_: unknown, column: number) => isLevelled || COLUMNS[column]?.title !== 'gradient';
  const rows = listed.map((row) => cells(row, screen).filter(shown));
  const lines = table(COLUMNS.filter(shown), rows, { columns: screen.columns - 2, title: screen.colors.dim }).map(
    (l) => `  ${l}`,
  );
  const rest = parameters.length - listed.length;
  return section(
    'Prescription',
    [
      ...(listed.length === 0 ? [] : lines),
      ...(rest === 0 ? [] : hanging('  ', `${counted(rest, 'other parameter')}: nothing to change.`, screen.columns)),
      ...hanging('  ', prescriptionLegend(result), screen.columns).map((line) => screen.colors.dim(line)),
    ],
    screen,
  );
}

function cells(row: PrescribedParameter, { colors }: Screen): Cell[] {
  const { init, update } = row;
  return [
    { text: shownName(parameterName(row)) },
    { text: row.role },
    factorCell(row.initExponent, colors.cyan),
    factorCell(row.learningRateExponent, colors.cyan),
    factorCell(row.gradientExponent, colors.cyan),
    { text: judgedSlopeText(init.before) },
    { text: judgedSlopeText(init.after) },
    { text: slopeText(update.before.slope) },
    { text: intervalText(update.before.interval), paint: colors.dim },
    { text: slopeText(update.after.slope) },
    { text: intervalText(update.after.interval), paint: colors.dim },
  ];
}

function factorCell(exponent: number, paint: (text: string) => string): Cell {
  const text = factorText(exponent);
  return exponent === 0 ? { text } : { text, paint };
}

function multiplierLines(result: PrescriptionResult, screen: Screen): string[] {
  const lines = prescribedMultipliers(result).flatMap(({ name, exponent }) =>
    hanging('  ', `${shownName(name)}: ${factorText(exponent)}`, screen.columns),
  );
  return section('In the forward pass, multiply', lines, screen);
}

function leftAloneLines({ parameters }: PrescriptionResult, screen: Screen): string[] {
  const lines = parameters.flatMap((row) =>
    row.reason === null
      ? []
      : hanging('  · ', `${shownName(parameterName(row))}: ${visibleProse(row.reason)}`, screen.columns),
  );
  return section('Left alone, or open', lines, screen);
}

function roundLines({ rounds }: PrescriptionResult, screen: Screen): string[] {
  if (rounds.length === 1) return [];
  const lines = rounds.flatMap(({ verdict, what }, i) =>
    hanging(`  ${i + 1}. `, `${VERDICT_WORD[verdict]} ${what}`, screen.columns),
  );
  return section('Measured', lines, screen);
}
