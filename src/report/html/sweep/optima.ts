import { intervalText, sizeText, slopeText } from '../../reading/numbers.js';
import {
  driftName,
  factorText,
  hasDepth,
  log2OptimumText,
  optimumRemarks,
  optimumText,
  PARAMETRIZATION,
  regretInterval,
  regretText,
  robustnessText,
  valueText,
} from '../../reading/sweep.js';
import type { HyperparameterSweep, JudgedDrift, SweepCurve } from '../../../verdict/sweep-result.js';
import { columnTable, type ColumnOf } from '../column-table.js';
import { html, type Content } from '../markup.js';
import { outcomeMark, proseMark, reasonMark } from '../marks.js';

/** The optima of all parametrizations, smallest size first. */
export function optimaTable({ hyperparameter, isNumeric, parametrizations }: HyperparameterSweep): Content {
  const curves = parametrizations.flatMap((one) => one.curves);
  if (curves.length === 0) return false;
  const columns: (ColumnOf<SweepCurve> | false)[] = [
    { title: 'Width', cell: ({ width }) => width },
    hasDepth(curves) && { title: 'Depth', isNumber: true, cell: ({ depth }) => depth },
    { title: 'Best of the grid', isNumber: true, cell: ({ optimum }) => valueText(optimum.best) },
    isNumeric && { title: 'Optimum', isNumber: true, cell: optimumCell },
    isNumeric && { title: 'log₂', isNumber: true, cell: ({ optimum }) => log2OptimumText(optimum) },
    isNumeric && { title: '95 % interval', isNumber: true, cell: ({ optimum }) => intervalText(optimum.interval) },
    { title: 'Loss there', isNumber: true, cell: ({ optimum }) => sizeText(optimum.loss) },
    { title: 'Regret', isNumber: true, cell: ({ regret }) => regretText(regret) },
    { title: '95 % interval', isNumber: true, cell: ({ regret }) => regretInterval(regret) },
    isNumeric && { title: 'Robust', isNumber: true, cell: robustnessText },
  ];
  const groups = parametrizations.map((one) => ({ title: PARAMETRIZATION[one.parametrization], rows: one.curves }));
  return html`<p class="hint">
      Regret: loss at the smallest size’s optimum above that at a size’s own; one below 0 is noise.
      ${isNumeric && 'Robust: doublings of the value within 2 % of the best loss.'}
    </p>
    ${columnTable(`Optima of ${hyperparameter}`, columns, groups)} ${remarks(parametrizations)}`;
}

/** Why an optimum is not what it might be: below the table, whose columns leave no room for sentences. */
function remarks(parametrizations: HyperparameterSweep['parametrizations']): Content {
  const told = parametrizations.flatMap(({ parametrization, curves }) =>
    optimumRemarks(curves).map(({ text }) => `${PARAMETRIZATION[parametrization]}, ${text}`),
  );
  return (
    told.length > 0 &&
    html`<ul class="notes">
      ${told.map((remark) => html`<li>${proseMark(remark)}</li>`)}
    </ul>`
  );
}

function optimumCell({ optimum }: SweepCurve): Content {
  const isOpen = optimum.state !== 'found';
  return html`<span class="${isOpen && 'inconclusive'}">${optimumText(optimum)}</span>`;
}

/** The drifts of all parametrizations, along width and along depth. */
export function driftTable({ hyperparameter, parametrizations }: HyperparameterSweep): Content {
  const drifts = parametrizations.flatMap((one) => one.drifts);
  if (drifts.length === 0) return false;
  const isTold = drifts.some(({ reason, settle }) => reason !== null || settle !== null);
  const columns: (ColumnOf<JudgedDrift> | false)[] = [
    { title: 'Per doubling of', cell: driftName },
    { title: 'Outcome', cell: ({ outcome }) => outcomeMark(outcome) },
    {
      title: 'Drift of log₂',
      isNumber: true,
      cell: ({ perDoubling, outcome }) => html`<span class="${outcome}">${slopeText(perDoubling)}</span>`,
    },
    { title: '95 % interval', isNumber: true, cell: ({ interval }) => intervalText(interval) },
    { title: 'Factor', isNumber: true, cell: factorText },
    { title: 'Optima used', cell: ({ sizes }) => (sizes.length === 0 ? 'none' : sizes.join(', ')) },
    isTold && { title: 'Why', cell: (drift) => html`<div class="cause">${reasonMark(drift)}</div>` },
  ];
  return columnTable(
    `Drift of the optimum of ${hyperparameter}`,
    columns,
    parametrizations
      .filter((one) => one.drifts.length > 0)
      .map((one) => ({ title: PARAMETRIZATION[one.parametrization], rows: one.drifts })),
  );
}
