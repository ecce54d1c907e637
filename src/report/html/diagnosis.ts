import type { CheckResult, Diagnosis } from '../../verdict/result.js';
import { fixSentences, placesAtFault } from '../reading/wording.js';
import { html, type Markup } from './markup.js';
import { nameMark, proseMark } from './marks.js';

/** Names shown on a card at once; the others unfold. */
const NAMES_SHOWN = 12;

/** One card for each likely cause: what was seen, where, and what to change. */
export function diagnosisCards({ diagnosis }: CheckResult): Markup {
  return html`<div class="cards">${diagnosis.map(card)}</div>`;
}

function card(cause: Diagnosis): Markup {
  const fixes = fixSentences(cause.fix);
  const places = placesAtFault(cause);
  return html`<article class="card">
    <h3>${proseMark(cause.title)}</h3>
    ${cause.text !== '' && html`<p>${proseMark(cause.text)}</p>`}
    ${
      fixes.length > 0 &&
      html`<div class="fix">
        <h4>What to change</h4>
        ${fixes.map((fix) => html`<p>${fix}</p>`)}
      </div>`
    }
    ${
      places.length > 0 &&
      html`<h4>Where</h4>
        ${names(places)}`
    }
  </article>`;
}

function names(parameters: readonly string[]): Markup {
  const rest = parameters.slice(NAMES_SHOWN);
  return html`${nameList(parameters.slice(0, NAMES_SHOWN))}
  ${
    rest.length > 0 &&
    html`<details>
      <summary>${rest.length} more</summary>
      ${nameList(rest)}
    </details>`
  }`;
}

function nameList(names: readonly string[]): Markup {
  return html`<ul class="names">
    ${names.map((name) => html`<li>${nameMark(name)}</li>`)}
  </ul>`;
}
