import { flopsText } from '../../reading/numbers.js';
import { costText, hasDepth } from '../../reading/sweep.js';
import type { SweepCost, SweepResult } from '../../../verdict/sweep-result.js';
import { columnTable, type ColumnOf } from '../column-table.js';
import { html, type Content } from '../markup.js';
import { noteList } from '../checks.js';

type Size = SweepCost['sizes'][number];

/** What the sweep cost, and what one step and all steps cost at each size. */
export function costSection({ cost }: SweepResult): Content {
  if (cost === null) return false;
  const { sizes, assumptions } = cost;
  const columns: (ColumnOf<Size> | false)[] = [
    { title: 'Width', cell: ({ width }) => width },
    hasDepth(sizes) && { title: 'Depth', isNumber: true, cell: ({ depth }) => depth },
    { title: 'Parameters', isNumber: true, cell: ({ parameters }) => parameters.toLocaleString('en') },
    { title: 'FLOPs a step', isNumber: true, cell: ({ flopsPerStep }) => flopsText(flopsPerStep) },
    { title: 'Steps in all', isNumber: true, cell: ({ steps }) => steps.toLocaleString('en') },
    { title: 'FLOPs in all', isNumber: true, cell: ({ flopsPerStep, steps }) => flopsText(flopsPerStep * steps) },
  ];
  return html`<p class="measure">${costText(cost)} in all, of matrix products and convolutions.</p>
    ${sizes.length > 0 && html`<div class="part">${columnTable('Cost by size', columns, [{ rows: sizes }])}</div>`}
    ${assumptions.length > 0 && html`<div class="part">${noteList(assumptions)}</div>`}`;
}
