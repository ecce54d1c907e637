import { auditTable } from './audit.js';
import { parameterSeries, tapSeries } from '../charts/chart-data.js';
import { compileCharts } from '../charts/compile.js';
import { hasDepths, isOfWidth, type CheckResult } from '../../verdict/result.js';
import { counted } from '../reading/numbers.js';
import { LIMITS, runFacts, VERDICT_WORD } from '../reading/wording.js';
import { gateList, noteList, ruleTable } from './checks.js';
import { depthSection } from './depth.js';
import { diagnosisCards } from './diagnosis.js';
import { heatMap } from './heat-map.js';
import { PageFigures } from './figures.js';
import { lossSection } from './losses.js';
import { html } from './markup.js';
import { page, type Masthead, type Section } from './page.js';
import { parameterTables } from './parameters.js';
import { plotGrid, plotLegend } from './plots.js';
import { repeatPanel } from './repeat.js';
import { runTable } from './runs.js';

/** The result of a check as one HTML file. */
export async function renderHtml(result: CheckResult): Promise<string> {
  const charts = await compileCharts('logLog', 'loss');
  const parameters = isOfWidth(result) ? parameterSeries(result) : [];
  const taps = isOfWidth(result) ? tapSeries(result) : [];
  const figures = new PageFigures();
  return page({
    masthead: checkMasthead(result),
    sections: [
      ...summarySections(result),
      { id: 'loss', title: 'Loss', content: lossSection(result, figures) },
      ...plotSections(parameters, taps),
      ...closingSections(result),
    ],
    data: { charts, series: [...parameters, ...taps], figures: figures.all },
    madeFrom: counted(result.runs.length, 'run'),
  });
}

function checkMasthead(result: CheckResult): Masthead {
  const { name, verdict, summary, config } = result;
  const covered = [isOfWidth(result) && 'width', hasDepths(result) && 'depth'].filter((part) => part !== false);
  const limits = html`Necessary for µTransfer, not sufficient: it covers ${covered.join(' and ')} only.
    <a href="#limits">What a pass does not prove</a>`;
  return {
    kind: 'µP coordinate check',
    name,
    verdict,
    word: VERDICT_WORD[verdict],
    summary,
    limits: verdict === 'pass' && limits,
    facts: runFacts(config),
  };
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
    { id: 'notes', title: 'Notes', content: notes.length > 0 && noteList(notes) },
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
