import { auditTable } from './audit.js';
import { lossCurves, parameterSeries, tapSeries } from '../charts/chart-data.js';
import { compileCharts } from '../charts/compile.js';
import { isOfWidth, type CheckResult } from '../../verdict/result.js';
import { visibleProse } from '../reading/visible.js';
import { LIMITS, VERDICT_WORD } from '../reading/wording.js';
import { gateList, ruleTable } from './checks.js';
import { clientBundle } from './client-bundle.js';
import { contentSecurityPolicy } from './csp.js';
import { depthSection } from './depth.js';
import { diagnosisCards } from './diagnosis.js';
import { heatMap } from './heat-map.js';
import { lossFigures } from './losses.js';
import { html, jsonForScript, Markup, type Content } from './markup.js';
import { proseMark, sectionMark, signSheet } from './marks.js';
import { contents, masthead } from './masthead.js';
import { parameterTables } from './parameters.js';
import { plotGrid, plotLegend } from './plots.js';
import { repeatPanel } from './repeat.js';
import { runTable } from './runs.js';
import { STYLE } from './style/style.js';

/** One section of the page; it is left out where it has nothing to show. */
interface Section {
  id: string;
  title: string;
  content: Content;
}

/**
 * A result as one HTML file: offline, without a request, under a content security policy that allows this very script
 * and style and nothing else. Everything but the charts is there without the script.
 */
export async function renderHtml(result: CheckResult): Promise<string> {
  const [charts, bundle] = await Promise.all([compileCharts(), clientBundle()]);
  const parameters = isOfWidth(result) ? parameterSeries(result) : [];
  const taps = isOfWidth(result) ? tapSeries(result) : [];
  const losses = lossCurves(result);
  const data = { charts, series: [...parameters, ...taps], losses };
  const sections = [
    ...summarySections(result),
    { id: 'loss', title: 'Loss', content: losses.length > 0 && lossFigures(losses) },
    ...plotSections(parameters, taps),
    ...closingSections(result),
  ].filter(({ content }) => content !== false);
  return page({ result, sections, script: bundle ?? '', data });
}

function summarySections(result: CheckResult): Section[] {
  const { diagnosis, parameters, taps, gates, rules, notes } = result;
  return [
    { id: 'diagnosis', title: 'Likely cause', content: diagnosis.length > 0 && diagnosisCards(result) },
    {
      id: 'parameters',
      title: 'Parameters',
      content: isOfWidth(result) && parameters.length > 0 && parameterTables(result),
    },
    { id: 'audit', title: 'Audit', content: isOfWidth(result) && auditTable(result) },
    { id: 'depth', title: 'Depth', content: depthSection(result) },
    { id: 'heat-map', title: 'Heat map', content: isOfWidth(result) && taps.length > 0 && heatMap(result) },
    { id: 'gates', title: 'Gates', content: gates.length > 0 && gateList(result) },
    { id: 'rules', title: 'Rules', content: rules.length > 0 && ruleTable(result) },
    {
      id: 'notes',
      title: 'Notes',
      content:
        notes.length > 0 &&
        html`<ul class="notes">
          ${notes.map((note) => html`<li>${proseMark(note)}</li>`)}
        </ul>`,
    },
  ];
}

function plotSections(parameters: ReturnType<typeof parameterSeries>, taps: ReturnType<typeof tapSeries>): Section[] {
  return [
    {
      id: 'parameter-plots',
      title: 'Parameter plots',
      content: parameters.length > 0 && [plotLegend(), plotGrid(parameters, 'parameter', 0)],
    },
    {
      id: 'tap-plots',
      title: 'Tap plots',
      content: taps.length > 0 && [plotLegend(), plotGrid(taps, 'tap', parameters.length)],
    },
  ];
}

function closingSections(result: CheckResult): Section[] {
  return [
    { id: 'runs', title: 'Runs', content: result.runs.length > 0 && runTable(result) },
    { id: 'repeat', title: 'Repeat', content: repeatPanel(result) },
    { id: 'limits', title: 'What a pass does not prove', content: html`<p class="measure">${LIMITS}</p>` },
  ];
}

function page(parts: { result: CheckResult; sections: readonly Section[]; script: string; data: object }): string {
  const { result, sections, script, data } = parts;
  const title = `${VERDICT_WORD[result.verdict]} · ${visibleProse(result.name)} · coordcheck`;
  return `${
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy(script, STYLE))}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="data:," />
          ${element('style', STYLE)}
        </head>
        <body>
          <a class="skip" href="#content">Skip to the results</a>
          ${signSheet()} ${masthead(result)} ${contents(sections)}
          <main id="content">
            ${script === '' && html`<p class="hint">This file was made without its script, so it has no charts.</p>`}
            <noscript><p class="hint">Charts are drawn by a script; everything else is here without it.</p></noscript>
            ${sections.map(({ id, title, content }) => sectionMark(id, title, content))}
          </main>
          <footer><p>Made by coordcheck from ${result.runs.length} runs. This file needs no network.</p></footer>
          <script type="application/json" id="report-data">
            ${jsonForScript(data)}
          </script>
          ${script !== '' && element('script', script)}
        </body>
      </html>`.text
  }\n`;
}

/** An element whose text is hashed in the policy: written byte for byte, outside any template. */
function element(tag: 'script' | 'style', text: string): Markup {
  return new Markup(`<${tag}>${text}</${tag}>`);
}
