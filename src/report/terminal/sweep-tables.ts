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
  optimumRemarks,
  OPTIMA_LEGEND,
  optimumText,
  PARAMETRIZATION,
  regretInterval,
  regretText,
  robustnessText,
  TRANSFER_WORD,
  valueText,
  widerText,
} from '../reading/sweep.js';
import { shownName, visibleProse } from '../../visible.js';
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

/** One column of the optima: whether it stands for values compared by their log2 alone, and its cell of a size. */
interface OptimaColumn extends Column {
  isOfNumbers?: true;
  cell(curve: SweepCurve, screen: Screen): Cell;
}

const COLUMNS: OptimaColumn[] = [
  { title: 'width', align: 'right', cell: ({ width }) => ({ text: String(width) }) },
  { title: 'depth', align: 'right', cell: ({ depth }) => ({ text: String(depth ?? '') }) },
  {
    title: 'best',
    align: 'right',
    shrinkTo: 12,
    drop: 3,
    cell: ({ optimum }) => ({ text: valueText(optimum.best) }),
  },
  {
    title: 'optimum',
    align: 'right',
    drop: 4,
    isOfNumbers: true,
    cell: ({ optimum }, screen) => ({ text: optimumText(optimum), ...openPaint(optimum, screen) }),
  },
  {
    title: 'log2',
    align: 'right',
    isOfNumbers: true,
    cell: ({ optimum }, screen) => ({ text: log2OptimumText(optimum), ...openPaint(optimum, screen) }),
  },
  {
    title: '95 % interval',
    align: 'right',
    drop: 5,
    isOfNumbers: true,
    cell: ({ optimum }, { colors }) => ({ text: intervalText(optimum.interval), paint: colors.dim }),
  },
  { title: 'loss', align: 'right', cell: ({ optimum }) => ({ text: sizeText(optimum.loss) }) },
  { title: 'regret', align: 'right', cell: ({ regret }) => ({ text: regretText(regret) }) },
  {
    title: '95 % interval',
    align: 'right',
    drop: 1,
    cell: ({ regret }, { colors }) => ({ text: regretInterval(regret), paint: colors.dim }),
  },
  { title: 'robust', align: 'right', drop: 2, isOfNumbers: true, cell: (curve) => ({ text: robustnessText(curve) }) },
];

function openPaint({ state }: SweepCurve['optimum'], { outcome }: Screen): Pick<Cell, 'paint'> {
  return state === 'found' ? {} : { paint: outcome.inconclusive };
}

function optimaLines(curves: readonly SweepCurve[], isNumeric: boolean, screen: Screen): string[] {
  if (curves.length === 0) return [];
  const columns = COLUMNS.filter(
    ({ title, isOfNumbers }) => (isNumeric || isOfNumbers !== true) && (title !== 'depth' || hasDepth(curves)),
  );
  const rows = curves.map((curve) => columns.map(({ cell }) => cell(curve, screen)));
  const layout = { columns: screen.columns - 2, title: screen.colors.dim };
  const remarks = optimumRemarks(curves).flatMap(({ isOpen, text }) =>
    hanging(`  ${OUTCOME_SIGN[isOpen ? 'inconclusive' : 'inapplicable']} `, visibleProse(text), screen.columns),
  );
  return [...table(columns, rows, layout).map((line) => `  ${line}`), ...remarks];
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
