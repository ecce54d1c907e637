import type { CheckResult } from '../../verdict/result.js';
import { visibleProse } from '../reading/visible.js';
import { VERDICT_WORD } from '../reading/wording.js';
import { html, type Content, type Markup } from './markup.js';
import { proseMark, sign } from './marks.js';

/** The top of the page: what was checked, the verdict and its sentence, and what was run. */
export function masthead(result: CheckResult): Markup {
  const { verdict } = result;
  return html`<header class="masthead">
    <p class="brand"><b>coordcheck</b> µP coordinate check</p>
    <h1>${visibleProse(result.name)}</h1>
    <div class="verdict ${verdict}">
      <p class="word">${sign(verdict)}${VERDICT_WORD[verdict]}</p>
      <p class="summary">${proseMark(result.summary)}</p>
      ${verdict === 'pass' && html`<p class="limits">Necessary for µTransfer, not sufficient: it covers width only. <a href="#limits">What a pass does not prove</a></p>`}
    </div>
    <dl class="facts">
      ${facts(result).map(
        ([term, fact]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

function facts({ config }: CheckResult): [string, Content][] {
  const { widths, depths, control, prescription } = config;
  return [
    ['Widths', widths.length === 0 ? 'none' : widths.join(', ')],
    ...(depths === null ? [] : ([['Depths', depths.join(', ')]] satisfies [string, Content][])),
    ['Seeds', String(config.seeds.length)],
    ['Steps', String(config.steps)],
    ['Optimizer', config.optimizer],
    ['Loss', config.loss],
    ['Engine', config.engine],
    ...(control === null ? [] : ([['Control', control]] satisfies [string, Content][])),
    ...(prescription === undefined
      ? []
      : ([['Scaling', 'by a prescription from outside']] satisfies [string, Content][])),
  ];
}

/** Links to the sections there are. */
export function contents(sections: readonly { id: string; title: string }[]): Markup {
  return html`<nav class="contents" aria-label="Sections">
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}
