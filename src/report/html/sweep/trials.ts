import { sizeText } from '../../reading/numbers.js';
import { hasDepth, PARAMETRIZATION, settingValue, sweptNames, trialCounts, valueText } from '../../reading/sweep.js';
import type { SweepResult, TrialResult } from '../../../verdict/sweep-result.js';
import { columnTable, type ColumnOf } from '../column-table.js';
import { html, type Markup } from '../markup.js';
import { nameMark, proseMark } from '../marks.js';
import { stateMark } from '../runs.js';

/** The trials, folded; open where one failed. What failed comes first, then what diverged. */
export function trialTable(result: SweepResult): Markup {
  const { trials } = result;
  const order = ['failed', 'diverged', 'finished'];
  const rows = trials.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const columns: (ColumnOf<TrialResult> | false)[] = [
    { title: 'In', cell: ({ parametrization }) => PARAMETRIZATION[parametrization] },
    { title: 'Width', isNumber: true, cell: ({ width }) => width },
    hasDepth(trials) && { title: 'Depth', isNumber: true, cell: ({ depth }) => depth },
    { title: 'Seed', isNumber: true, cell: ({ seed }) => seed },
    ...sweptNames(result).map((name) => ({
      title: nameMark(name),
      isNumber: true,
      cell: ({ setting }: TrialResult) => valueText(settingValue(setting, name)),
    })),
    {
      title: 'State',
      cell: ({ state, error }) =>
        html`${stateMark(state)}${error !== null && html`<small>${proseMark(error)}</small>`}`,
    },
    { title: 'Score', isNumber: true, cell: ({ score }) => sizeText(score) },
    { title: 'First loss', isNumber: true, cell: ({ loss }) => sizeText(loss[0]?.loss ?? null) },
    { title: 'Last loss', isNumber: true, cell: ({ loss }) => sizeText(loss.at(-1)?.loss ?? null) },
  ];
  const hasFailed = trials.some(({ state }) => state === 'failed');
  return html`<details ${hasFailed && html`open`}>
    <summary>${trialCounts(trials)}</summary>
    ${columnTable('Trials', columns, [{ rows }])}
  </details>`;
}
