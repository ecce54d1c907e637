import type { JudgedDrift, SweepCost, SweepCurve, SweepResult } from '../../verdict/sweep-result.js';
import { flopsText, intervalText, NO_NUMBER, sizeText, slopeText } from '../reading/numbers.js';
import {
  driftName,
  factorText,
  hasDepth,
  log2OptimumText,
  optimumRemark,
  optimumText,
  PARAMETRIZATION,
  regretInterval,
  regretText,
  robustnessText,
  settingValue,
  sweptNames,
  valueText,
} from '../reading/sweep.js';
import { code, prose } from './escape.js';
import { outcome, why } from './sections.js';
import type { MarkdownTable } from './table.js';

/** One column: its title, how it is aligned, and its cell of a row. */
interface Column<Row> {
  title: string;
  align: 'l' | 'r';
  cell(row: Row): string;
}

function tableOf<Row>(columns: readonly (Column<Row> | false)[], rows: readonly Row[]): MarkdownTable {
  const shown = columns.filter((column) => column !== false);
  return {
    titles: shown.map(({ title }) => title),
    align: shown.map(({ align }) => align).join(''),
    rows: rows.map((row) => shown.map(({ cell }) => cell(row))),
  };
}

function number<Row>(title: string, cell: (row: Row) => string): Column<Row> {
  return { title, align: 'r', cell };
}

function words<Row>(title: string, cell: (row: Row) => string): Column<Row> {
  return { title, align: 'l', cell };
}

/** The optima, smallest size first. */
export function optimaTable(curves: readonly SweepCurve[], isNumeric: boolean): MarkdownTable {
  const isRemarked = curves.some(({ optimum }) => optimumRemark(optimum) !== null);
  return tableOf<SweepCurve>(
    [
      number('width', ({ width }) => String(width)),
      hasDepth(curves) && number('depth', ({ depth }) => String(depth ?? NO_NUMBER)),
      number('best of the grid', ({ optimum: { best } }) => value(best)),
      isNumeric && number('optimum', ({ optimum }) => optimumText(optimum)),
      isNumeric && number('log2', ({ optimum }) => log2OptimumText(optimum)),
      isNumeric && number('95 % interval', ({ optimum }) => intervalText(optimum.interval)),
      number('loss there', ({ optimum }) => sizeText(optimum.loss)),
      number('regret', ({ regret }) => regretText(regret)),
      number('95 % interval', ({ regret }) => regretInterval(regret)),
      isNumeric && number('robust', robustnessText),
      isRemarked && words('remark', ({ optimum }) => prose(optimumRemark(optimum) ?? '')),
    ],
    curves,
  );
}

/** The drifts, along width and along depth. */
export function driftTable(drifts: readonly JudgedDrift[]): MarkdownTable {
  return tableOf<JudgedDrift>(
    [
      words('drift per doubling of', driftName),
      number('log2', ({ perDoubling }) => slopeText(perDoubling)),
      number('95 % interval', ({ interval }) => intervalText(interval)),
      number('factor', factorText),
      words('outcome', (drift) => outcome(drift.outcome)),
      words('reason', why),
    ],
    drifts,
  );
}

/** What one step and all steps cost at each size. */
export function costTable({ sizes }: SweepCost): MarkdownTable {
  return tableOf<SweepCost['sizes'][number]>(
    [
      number('width', ({ width }) => String(width)),
      hasDepth(sizes) && number('depth', ({ depth }) => String(depth ?? NO_NUMBER)),
      number('parameters', ({ parameters }) => String(parameters)),
      number('FLOPs a step', ({ flopsPerStep }) => flopsText(flopsPerStep)),
      number('steps in all', ({ steps }) => String(steps)),
      number('FLOPs in all', ({ flopsPerStep, steps }) => flopsText(flopsPerStep * steps)),
    ],
    sizes,
  );
}

/** The trials, those that did not finish first. */
export function trialTable(result: SweepResult): MarkdownTable {
  const { trials } = result;
  return tableOf<SweepResult['trials'][number]>(
    [
      words('in', ({ parametrization }) => PARAMETRIZATION[parametrization]),
      number('width', ({ width }) => String(width)),
      hasDepth(trials) && number('depth', ({ depth }) => String(depth ?? NO_NUMBER)),
      number('seed', ({ seed }) => String(seed)),
      ...sweptNames(result).map((name) =>
        number<SweepResult['trials'][number]>(code(name), ({ setting }) => value(settingValue(setting, name))),
      ),
      words('state', ({ state, error }) => (error === null ? state : `${state}: ${prose(error)}`)),
      number('score', ({ score }) => sizeText(score)),
    ],
    trials.toSorted((a, b) => Number(a.state === 'finished') - Number(b.state === 'finished')),
  );
}

/** A number as it is, a word as code. */
function value(of: number | string | boolean | null): string {
  return typeof of === 'string' ? code(of) : valueText(of);
}
