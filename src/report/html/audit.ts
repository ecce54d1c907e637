import type { CheckResult, ParameterQuantity, ParameterResult } from '../../verdict/result.js';
import { exponentText, NO_NUMBER, slopeText } from '../reading/numbers.js';
import { parameterName } from '../../parameter-name.js';
import { html, type Content, type Markup } from './markup.js';
import { nameMark, scrollable } from './marks.js';

/** One column: what is measured of a parameter itself, apart from every activation. */
interface Column {
  title: string;
  text(row: ParameterResult): string;
  /** The quantity behind it where it is judged. */
  judged?(row: ParameterResult): ParameterQuantity | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: 'Initial size', text: ({ value }) => slopeText(value.slope) },
  { title: 'Multiplier', text: ({ scaling }) => exponentText(scaling?.multiplier ?? null) },
  { title: 'Rate', text: ({ scaling }) => slopeText(scaling?.rate ?? null) },
  {
    title: 'Rate, last to first step',
    text: ({ rateDrift }) => slopeText(rateDrift?.slope ?? null),
    judged: ({ rateDrift }) => rateDrift,
  },
  { title: 'Decay, share a step', text: ({ decay }) => slopeText(decay?.slope ?? null), judged: ({ decay }) => decay },
  {
    title: 'Left by epsilon',
    text: ({ epsilonShare }) => slopeText(epsilonShare?.slope ?? null),
    judged: ({ epsilonShare }) => epsilonShare,
  },
];

/** The parameters' own scaling as exponents of width: what no activation shows. Columns of nothing are left out. */
export function auditTable({ parameters }: CheckResult): Markup | false {
  const columns = COLUMNS.filter(({ text }) => parameters.some((row) => text(row) !== NO_NUMBER));
  if (!columns.some(({ title }) => title !== 'Initial size')) return false;
  const table = html`<table class="parameters">
    <caption class="unseen">
      Parameters: exponents of their own scaling
    </caption>
    <thead>
      <tr>
        <th scope="col">Parameter</th>
        ${columns.map(({ title }) => html`<th scope="col" class="number">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${parameters.map((row) => auditRow(row, columns))}
    </tbody>
  </table>`;
  return html`<p class="hint">
      Exponents of width, read off each parameter’s own value, gradient and update. The rate is the effective one: what
      the optimizer makes of a gradient. Its last step against its first, the share that decay takes, and what epsilon
      leaves of an update, must be independent of width.
    </p>
    <details>
      <summary>Initial size, rate and decay of every parameter</summary>
      ${scrollable('Audit', table)}
    </details>`;
}

function auditRow(row: ParameterResult, columns: readonly Column[]): Content {
  return html`<tr>
    <th scope="row">${nameMark(parameterName(row))}</th>
    ${columns.map(({ text, judged }) => {
      const outcome = judged?.(row)?.outcome;
      return html`<td class="number">
        <span class="${outcome ?? ''}">${text(row)}</span>
        ${outcome === 'fail' && html`<small>expected 0</small>`}
      </td>`;
    })}
  </tr>`;
}
