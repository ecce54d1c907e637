import type { CheckResult, GateResult, RuleResult } from '../../verdict/result.js';
import { exponentText, slopeText } from '../reading/numbers.js';
import { failingFirst } from '../reading/ranking.js';
import { html, type Markup } from './markup.js';
import { nameMark, outcomeMark, proseMark, reasonMark, scrollable } from './marks.js';

/** Names given under one rule; the rest are counted. */
const NAMES_SHOWN = 8;

/** The self-gates, failing first. */
export function gateList({ gates }: Pick<CheckResult, 'gates'>): Markup {
  return html`<p class="hint">Whether it could mean anything at all.</p>
    <ul class="gates">
      ${failingFirst(gates).map(gate)}
    </ul>`;
}

function gate(row: GateResult): Markup {
  return html`<li>
    ${outcomeMark(row.outcome)}
    <div>
      <b>${proseMark(row.title)}</b>
      ${reasonMark(row)}
    </div>
  </li>`;
}

/** Remarks that change no outcome. */
export function noteList(notes: readonly string[]): Markup {
  return html`<ul class="notes">
    ${notes.map((note) => html`<li>${proseMark(note)}</li>`)}
  </ul>`;
}

/** The rules, failing first, each with its worst measurement. */
export function ruleTable({ rules }: CheckResult): Markup {
  return scrollable(
    'Rules',
    html`<table>
      <caption class="unseen">
        Rules of the catalogue, failing first
      </caption>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col" class="number">Measured</th>
          <th scope="col" class="number">Expected</th>
          <th scope="col">Outcome</th>
          <th scope="col">Where and why</th>
        </tr>
      </thead>
      <tbody>
        ${failingFirst(rules).map(rule)}
      </tbody>
    </table>`,
  );
}

function rule({ rule, title, measured, expected, outcome, where, reason }: RuleResult): Markup {
  const names = [...new Set([...where.parameters, ...where.taps])];
  const rest = names.length - NAMES_SHOWN;
  return html`<tr>
    <th scope="row">${proseMark(title)}<small>${rule}</small></th>
    <td class="number">${slopeText(measured)}</td>
    <td class="number">${exponentText(expected)}</td>
    <td>${outcomeMark(outcome)}</td>
    <td class="cause">
      ${
        names.length > 0 &&
        html`<ul class="names">
          ${names.slice(0, NAMES_SHOWN).map((name) => html`<li>${nameMark(name)}</li>`)}
          ${rest > 0 && html`<li>and ${rest} more</li>`}
        </ul>`
      }
      ${reason !== null && html`<p>${proseMark(reason)}</p>`}
    </td>
  </tr>`;
}
