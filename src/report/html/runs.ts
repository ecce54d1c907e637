import type { CheckResult, Outcome, RunResult } from '../../verdict/result.js';
import { counted, durationText, NO_NUMBER, sizeText } from '../reading/numbers.js';
import { html, type Markup } from './markup.js';
import { outcomeMark, proseMark, scrollable } from './marks.js';

const STATE: Record<RunResult['state'], Outcome> = { finished: 'pass', diverged: 'inconclusive', failed: 'fail' };

/** How a training ended, as sign and word. */
export function stateMark(state: RunResult['state']): Markup {
  return outcomeMark(STATE[state], state);
}

/** The runs: open where one did not finish, folded where all did. */
export function runTable({ runs }: CheckResult): Markup {
  const broken = runs.filter((run) => run.state !== 'finished');
  const sorted = [...broken, ...runs.filter((run) => run.state === 'finished')];
  const said =
    broken.length === 0 ? `all ${runs.length} finished` : `${broken.length} of ${runs.length} did not finish`;
  const table = html`<table>
    <caption class="unseen">
      Runs: one training of one width and seed
    </caption>
    <thead>
      <tr>
        ${['Width', 'Depth', 'Seed'].map((title) => html`<th scope="col" class="number">${title}</th>`)}
        <th scope="col">State</th>
        ${['First loss', 'Last loss', 'Time'].map((title) => html`<th scope="col" class="number">${title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${sorted.map(runRow)}
    </tbody>
  </table>`;
  return html`<details ${broken.length > 0 && html`open`}>
    <summary>${counted(runs.length, 'run')}, ${said}</summary>
    ${scrollable('Runs', table)}
  </details>`;
}

function runRow(run: RunResult): Markup {
  return html`<tr>
    <th scope="row" class="number">${run.width}</th>
    <td class="number">${run.depth ?? NO_NUMBER}</td>
    <td class="number">${run.seed}</td>
    <td>${stateMark(run.state)} ${run.error !== null && html`<small>${proseMark(run.error)}</small>`}</td>
    <td class="number">${sizeText(run.loss[0] ?? null)}</td>
    <td class="number">${sizeText(run.loss.at(-1) ?? null)}</td>
    <td class="number">${durationText(run.durationMs)}</td>
  </tr>`;
}
