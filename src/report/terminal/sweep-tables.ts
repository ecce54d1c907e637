import type {
  HyperparameterSweep,
  JudgedDrift,
  ParametrizationSweep,
  SweepCurve,
  SweepResult,
} from '../../verdict/sweep-result.js';
import { intervalText, sizeText, slopeText } from '../reading/numbers.js';
import {
  driftName,
  factorText,
  hasDepth,
  log2OptimumText,
  openReasons,
  OPTIMA_LEGEND,
  optimumText,
  PARAMETRIZATION,
  regretText,
  robustnessText,
  TRANSFER_WORD,
  valueText,
  widerText,
} from '../reading/sweep.js';
import { shownName, visibleProse } from '../reading/visible.js';
import { OUTCOME_SIGN } from '../reading/wording.js';
import type { Screen } from './screen.js';
import { table, type Cell, type Column } from './table.js';
import { hanging } from './wrap.js';

/** Sections of the optima: one for each hyperparameter and parametrization; how to read them stands under the last. */
export function sweepLines({ sweeps }: SweepResult, screen: Screen): string[][] {
  const sections = sweeps.flatMap((sweep) =>
    sweep.parametrizations.map((one) => parametrizationLines(sweep, one, screen)),
  );
  const legend = hanging('', OPTIMA_LEGEND, screen.columns).map((line) => screen.colors.dim(line));
  return sections.length === 0 ? [] : [...sections, legend];
}

function parametrizationLines(
  { hyperparameter, isNumeric }: HyperparameterSweep,
  sweep: ParametrizationSweep,
  screen: Screen,
): string[] {
  const { colors, columns, outcome: paints } = screen;
  const { parametrization, outcome, reason, settle, curves, drifts, widerIsBetter } = sweep;
  const title = `${shownName(hyperparameter)} in ${PARAMETRIZATION[parametrization]}: `;
  const word = `${OUTCOME_SIGN[outcome]} ${TRANSFER_WORD[outcome]}`;
  const head = hanging('', title + word, columns).map((line) => colors.bold(line));
  const wider = widerText(widerIsBetter);
  // What is told of a drift below is not told twice.
  const told = drifts.some((drift) => drift.reason === reason && drift.settle === settle) ? [] : reasons(sweep);
  return [
    ...head.slice(0, -1),
    ...head.slice(-1).map((line) => line.replace(word, paints[outcome](word))),
    ...told.flatMap((text) => hanging('  ', text, columns)),
    ...optimaLines(curves, isNumeric, screen),
    ...drifts.flatMap((drift) => driftLines(drift, screen)),
    ...(wider === null ? [] : hanging('  · ', wider, columns)),
  ];
}

const COLUMNS: Column[] = [
  { title: 'width', align: 'right' },
  { title: 'depth', align: 'right' },
  { title: 'best', align: 'right', shrinkTo: 12, drop: 2 },
  { title: 'optimum', align: 'right', drop: 3 },
  { title: 'log2', align: 'right' },
  { title: '95 % interval', align: 'right', drop: 4 },
  { title: 'loss', align: 'right' },
  { title: 'regret', align: 'right' },
  { title: 'robust', align: 'right', drop: 1 },
];

/** Columns of a hyperparameter that is compared by its log2. */
const OF_NUMBERS = new Set(['optimum', 'log2', '95 % interval', 'robust']);

function optimaLines(curves: readonly SweepCurve[], isNumeric: boolean, screen: Screen): string[] {
  if (curves.length === 0) return [];
  const shown = (_: unknown, column: number) => {
    const title = COLUMNS[column]?.title ?? '';
    return (isNumeric || !OF_NUMBERS.has(title)) && (title !== 'depth' || hasDepth(curves));
  };
  const rows = curves.map((curve) => cells(curve, screen).filter(shown));
  const layout = { columns: screen.columns - 2, title: screen.colors.dim };
  const open = openReasons(curves).flatMap((reason) => hanging('  ? ', visibleProse(reason), screen.columns));
  return [...table(COLUMNS.filter(shown), rows, layout).map((line) => `  ${line}`), ...open];
}

function cells(curve: SweepCurve, { colors, outcome }: Screen): Cell[] {
  const { width, depth, optimum, regret } = curve;
  const open = optimum.state === 'found' ? {} : { paint: outcome.inconclusive };
  return [
    { text: String(width) },
    { text: String(depth ?? '') },
    { text: valueText(optimum.best) },
    { text: optimumText(optimum), ...open },
    { text: log2OptimumText(optimum), ...open },
    { text: intervalText(optimum.interval), paint: colors.dim },
    { text: sizeText(optimum.loss) },
    { text: regretText(regret) },
    { text: robustnessText(curve) },
  ];
}

function driftLines(drift: JudgedDrift, { colors, columns, outcome }: Screen): string[] {
  const { perDoubling, interval } = drift;
  const factor =
    perDoubling === null ? 'not told' : `${slopeText(perDoubling)} ${intervalText(interval)} (${factorText(drift)})`;
  const text = `drift per doubling of ${driftName(drift)}: ${factor}`;
  const [first = '', ...rest] = hanging(`  ${OUTCOME_SIGN[drift.outcome]} `, text, columns).map(colors.bold);
  return [
    ...[first, ...rest].map((line) => outcome[drift.outcome](line)),
    ...reasons(drift).flatMap((reason) => hanging('    ', reason, columns)),
  ];
}

function reasons({ reason, settle }: { reason: string | null; settle: string | null }): string[] {
  const told = [reason, settle === null ? null : `to settle it: ${settle}`].filter((text) => text !== null);
  return told.map(visibleProse);
}
