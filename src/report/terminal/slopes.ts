import { parameterName } from '../../parameter-name.js';
import type { CheckResult, JudgedSlope, Outcome, ParameterResult, TapResult } from '../../verdict/result.js';
import { counted, exponentText, intervalText, slopeText } from '../reading/numbers.js';
import { failingFirst, isNotable } from '../reading/ranking.js';
import { parameterReason } from '../reading/reason.js';
import { shownName, visibleProse } from '../../visible.js';
import { DEPTH_QUANTITY, OUTCOME_SIGN, OUTCOME_WORD, TAP_QUANTITY } from '../reading/wording.js';
import { section, type Screen } from './screen.js';
import { table, type Cell, type Column } from './table.js';
import { hanging } from './wrap.js';

/** Passing rows listed one by one; in a longer table they are counted, so that what fails stays in sight. */
const PASSES_LISTED = 24;
/** Passing rows whose reason is told (what is downstream of a cause). */
const PASS_REASONS = 12;
/** Rows that fail or are inconclusive, listed one by one. */
const NOTABLE_LISTED = 60;

const PARAMETER_COLUMNS: Column[] = [
  { title: 'parameter', shrinkTo: 16 },
  { title: 'role', drop: 2 },
  { title: 'init', align: 'right', drop: 4 },
  { title: 'update', align: 'right' },
  { title: '95 % interval', align: 'right', drop: 3 },
  { title: 'expected', align: 'right', drop: 1 },
  { title: 'outcome' },
];

/** The parameters: init slope, isolated-update slope with its interval, what is expected, outcome. */
export function parameterLines({ parameters }: CheckResult, screen: Screen): string[] {
  const rows = failingFirst(parameters);
  return slopeSection('Parameters: width exponents', rows, screen, {
    noun: 'parameter',
    columns: PARAMETER_COLUMNS,
    cells: (row) => parameterCells(row, screen),
    reason: (row) => {
      const { reason, settle } = parameterReason(row);
      return reasonSentence(parameterName(row), reason, settle);
    },
  });
}

function parameterCells(row: ParameterResult, screen: Screen): Cell[] {
  const { init, isolatedUpdate } = row;
  return [
    { text: shownName(parameterName(row)) },
    { text: row.role },
    { text: slopeText(init.slope), ...painted(init, screen) },
    { text: slopeText(isolatedUpdate.slope), ...painted(isolatedUpdate, screen) },
    { text: intervalText(isolatedUpdate.interval), paint: screen.colors.dim },
    { text: exponentText(isolatedUpdate.expected) },
    outcomeCell(row.outcome, screen),
  ];
}

const TAP_COLUMNS: Column[] = [
  { title: 'tap', shrinkTo: 16 },
  { title: 'judged', shrinkTo: 14, drop: 4 },
  { title: 'step', align: 'right', drop: 2 },
  { title: 'slope', align: 'right' },
  { title: '95 % interval', align: 'right', drop: 3 },
  { title: 'expected', align: 'right', drop: 1 },
  { title: 'outcome' },
];

/** The tap rows the verdict stands on. */
export function tapLines({ taps }: CheckResult, screen: Screen): string[] {
  const rows = failingFirst(taps.filter((row) => row.judged));
  return slopeSection('Taps: width exponents', rows, screen, {
    noun: 'tap measurement',
    columns: TAP_COLUMNS,
    cells: (row) => tapCells(row, screen),
    reason: (row) => (isNotable(row) ? reasonSentence(row.tap, row.reason, row.settle) : null),
  });
}

function tapCells(row: TapResult, screen: Screen): Cell[] {
  const by = row.parameter === null ? '' : ` by ${shownName(row.parameter)}`;
  return [
    { text: shownName(row.tap) },
    { text: TAP_QUANTITY[row.quantity] + by },
    { text: String(row.step) },
    { text: slopeText(row.slope), ...painted(row, screen) },
    { text: intervalText(row.interval), paint: screen.colors.dim },
    { text: exponentText(row.expected) },
    outcomeCell(row.outcome, screen),
  ];
}

const DEPTH_COLUMNS: Column[] = [
  { title: 'where', shrinkTo: 16 },
  // Rows of one place differ in this alone.
  { title: 'what', shrinkTo: 14 },
  { title: 'slope', align: 'right' },
  { title: '95 % interval', align: 'right', drop: 1 },
  { title: 'expected', align: 'right', drop: 2 },
  { title: 'outcome' },
];

/** The slopes along depth, where the check has several. */
export function depthLines({ depth }: CheckResult, screen: Screen): string[] {
  return slopeSection('Depth: depth exponents', failingFirst(depth?.slopes ?? []), screen, {
    noun: 'depth measurement',
    columns: DEPTH_COLUMNS,
    cells: (row) => [
      { text: shownName(row.parameter ?? row.tap) },
      { text: DEPTH_QUANTITY[row.quantity] },
      { text: slopeText(row.slope), ...painted(row, screen) },
      { text: intervalText(row.interval), paint: screen.colors.dim },
      { text: exponentText(row.expected) },
      outcomeCell(row.outcome, screen),
    ],
    // What the user declared away is told, too.
    reason: (row) =>
      isNotable(row) || row.declared !== null ? reasonSentence(row.parameter ?? row.tap, row.reason, row.settle) : null,
  });
}

/** A table of slopes with the reasons of what did not pass; passes beyond a screenful are counted. */
function slopeSection<T extends { outcome: Outcome }>(
  title: string,
  rows: readonly T[],
  screen: Screen,
  how: { noun: string; columns: Column[]; cells: (row: T) => Cell[]; reason: (row: T) => string | null },
): string[] {
  if (rows.length === 0) return [];
  const notable = rows.filter(isNotable);
  const others = rows.filter((row) => !isNotable(row));
  const listed = [...notable.slice(0, NOTABLE_LISTED), ...(others.length > PASSES_LISTED ? [] : others)];
  const width = screen.columns - 2;
  const lines =
    listed.length === 0
      ? []
      : table(how.columns, listed.map(how.cells), { columns: width, title: screen.colors.dim }).map(
          (line) => `  ${line}`,
        );
  const explained = others.filter((row) => how.reason(row) !== null).slice(0, PASS_REASONS);
  const reasons = [...notable.slice(0, NOTABLE_LISTED), ...explained].flatMap((row) => {
    const reason = how.reason(row);
    return reason === null ? [] : hanging(`  ${OUTCOME_SIGN[row.outcome]} `, reason, screen.columns);
  });
  return section(title, [...lines, ...reasons, ...remainder(notable, others, how.noun, screen)], screen);
}

function reasonSentence(name: string, reason: string | null, settle: string | null): string | null {
  if (reason === null && settle === null) return null;
  const told = [reason, settle === null ? null : `to settle it: ${settle}`].filter((text) => text !== null);
  return `${shownName(name)}: ${told.map(visibleProse).join('; ')}`;
}

function remainder(
  notable: readonly { outcome: Outcome }[],
  others: readonly { outcome: Outcome }[],
  noun: string,
  screen: Screen,
): string[] {
  const sentences: string[] = [];
  if (notable.length > NOTABLE_LISTED) {
    sentences.push(`${counted(notable.length - NOTABLE_LISTED, `more ${noun}`)} did not pass.`);
  }
  if (others.length > PASSES_LISTED) {
    const passes = others.filter((row) => row.outcome === 'pass').length;
    const unjudged = others.length - passes;
    sentences.push(`${counted(passes, notable.length > 0 ? `other ${noun}` : noun)} passed.`);
    if (unjudged > 0) sentences.push(`${unjudged} not judged.`);
  }
  return sentences.length === 0 ? [] : hanging('  ', sentences.join(' '), screen.columns);
}

/** A measurement has the colour of its outcome where it is one to look at. */
function painted({ outcome }: Pick<JudgedSlope, 'outcome'>, screen: Screen): { paint?: (text: string) => string } {
  return isNotable({ outcome }) ? { paint: screen.outcome[outcome] } : {};
}

function outcomeCell(outcome: Outcome, screen: Screen): Cell {
  return { text: `${OUTCOME_SIGN[outcome]} ${OUTCOME_WORD[outcome]}`, paint: screen.outcome[outcome] };
}
