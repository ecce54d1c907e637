import type { ReportedResult } from '../reported-result.js';
import { visible } from '../../visible.js';
import { html, type Markup } from './markup.js';

/** The command that repeats a check or sweep, and all it depends on. */
export function repeatPanel(result: ReportedResult): Markup {
  const { config, versions, environment } = result;
  return html`${result.command !== '' && commandBox(result.command)}
    <div class="records">
      ${record('Hyperparameters', config.hyperparameters)}
      ${record('Seeds', { 'root seed': config.seed, seeds: config.seeds.join(', ') || 'none' })}
      ${record('Engine', { engine: config.engine, threads: config.threads, optimizer: config.optimizer })}
      ${record('Versions', versions)} ${record('Environment', environment)}
    </div>`;
}

function commandBox(command: string): Markup {
  return html`<div class="command">
    <pre id="command" tabindex="0" role="region" aria-label="Command that repeats this">${visible(command)}</pre>
    <button type="button" data-copy="command" data-scripted hidden aria-live="polite">Copy</button>
  </div>`;
}

function record(title: string, entries: Readonly<Record<string, string | number | boolean>>): Markup | false {
  const rows = Object.entries(entries);
  return (
    rows.length > 0 &&
    html`<div class="record">
      <h3>${title}</h3>
      <dl>
        ${rows.map(
          ([key, value]) =>
            html`<div>
              <dt>${key}</dt>
              <dd>${String(value)}</dd>
            </div>`,
        )}
      </dl>
    </div>`
  );
}
