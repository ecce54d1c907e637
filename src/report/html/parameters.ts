import { parameterName } from '../../parameter-name.js';
import type { CheckResult, ParameterResult } from '../../verdict/result.js';
import { counted, exponentText, intervalText, slopeText } from '../reading/numbers.js';
import { failingFirst, isNotable } from '../reading/ranking.js';
import { parameterReason } from '../reading/reason.js';
import { html, type Content, type Markup } from './markup.js';
import { nameMark, outcomeMark, proseMark, reasonMark, scrollable } from './marks.js';
import { rangePlot, rangeScale, type RangeScale } from './range-plot.js';
import { slopeTable } from './slope-table.js';

/** Passing parameters in the open table; in a longer one they unfold, so that what fails stays in sight. */
const PASSES_OPEN = 40;

/** The parameters, failing first: role, init, isolated update with its interval drawn, outcome and cause. */
export function parameterTables(result: CheckResult): Markup {
  const rows = failingFirst(result.parameters);
  const scale = rangeScale(rows.map((row) => row.isolatedUpdate));
  const notable = rows.filter(isNotable);
  const others = rows.filter((row) => !isNotable(row));
  const causes = causesByParameter(result);
  const drawn = (some: readonly ParameterResult[]) => scrollable('Parameters', parameterTable(some, scale, causes));
  const legend = html`<p class="hint">
    Slopes are exponents of width: a size that grows as widthᵖ has slope p. In the plots the shaded band is what counts
    as expected, the dot the measured slope, the line its 95 % interval.
  </p>`;
  if (others.length <= PASSES_OPEN) return html`${legend}${drawn(rows)}`;
  return html`${legend} ${notable.length > 0 && drawn(notable)}
    <details>
      <summary>${counted(others.length, 'parameter')} with nothing to mend</summary>
      ${drawn(others)}
    </details>`;
}

function causesByParameter({ diagnosis }: CheckResult): Map<string, string> {
  const causes = new Map<string, string>();
  for (const { parameters, title } of diagnosis) {
    for (const name of parameters) causes.set(name, [causes.get(name) ?? [], title].flat().join('; '));
  }
  return causes;
}

function parameterTable(
  rows: readonly ParameterResult[],
  scale: RangeScale,
  causes: ReadonlyMap<string, string>,
): Markup {
  const told = rows.map((row) => causeOf(row, causes.get(parameterName(row)) ?? causes.get(row.parameter)));
  // A column that would stand empty is left out, as it is where everything passes.
  const anyTold = told.some((cause) => cause !== null);
  return slopeTable({
    caption: 'Parameters: width exponents at init and of the isolated update',
    titles: ['Parameter', 'Outcome', 'Role'],
    numbers: ['Init', 'Isolated update'],
    last: anyTold ? 'Cause' : undefined,
    scale,
    rows: rows.map((row, i) => parameterRow(row, scale, anyTold && html`<td class="cause">${told[i]}</td>`)),
  });
}

function causeOf(row: ParameterResult, cause: string | undefined): Markup | null {
  const { reason, settle } = parameterReason(row);
  if (cause === undefined && reason === null && settle === null) return null;
  return html`${cause !== undefined && html`<b>${proseMark(cause)}</b>`}${reasonMark({ reason, settle })}`;
}

function parameterRow(row: ParameterResult, scale: RangeScale, cause: Content): Markup {
  const { init, isolatedUpdate } = row;
  return html`<tr class="${row.outcome}">
    <th scope="row">${nameMark(parameterName(row))}${underName(row)}</th>
    <td>${outcomeMark(row.outcome)}</td>
    <td>${row.role}</td>
    <td class="number">
      <span class="${init.outcome}">${slopeText(init.slope)}</span>
      ${init.expected !== null && html`<small>expected ${exponentText(init.expected)}</small>`}
    </td>
    <td class="number">
      <span class="${isolatedUpdate.outcome}">${slopeText(isolatedUpdate.slope)}</span>
      ${isolatedUpdate.interval !== null && html`<small>${intervalText(isolatedUpdate.interval)}</small>`}
    </td>
    <td class="plot">${rangePlot(isolatedUpdate, scale)}</td>
    <td class="number">${exponentText(isolatedUpdate.expected)}</td>
    ${cause}
  </tr>`;
}

/** Shape, with n for dimensions that grow, and what the user declared. */
function underName({ parameter, shape, infinite, ownPlace, declared }: ParameterResult): Content {
  const dimensions = shape.map((size, i) => (infinite[i] === true ? 'n' : String(size))).join(' × ');
  const parts = [
    dimensions === '' ? null : dimensions,
    // A layer's kernel judged at that layer goes without saying.
    ownPlace === null || parameter.startsWith(`${ownPlace}/`) ? null : `judged at ${ownPlace}`,
    declared === null ? null : `declared ${declared}`,
  ].filter((part) => part !== null);
  return parts.length > 0 && html`<small>${parts.join(' · ')}</small>`;
}
