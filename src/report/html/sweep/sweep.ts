import { compileCharts } from '../../charts/compile.js';
import { SWEEP_LIMITS, SWEEP_WORD, sweepFacts } from '../../reading/sweep.js';
import { shownName } from '../../../visible.js';
import { counted } from '../../reading/numbers.js';
import type { SweepResult } from '../../../verdict/sweep-result.js';
import { gateList, noteList } from '../checks.js';
import { PageFigures } from '../figures.js';
import { html } from '../markup.js';
import { page, type Masthead, type Section } from '../page.js';
import { repeatPanel } from '../repeat.js';
import { costSection } from './cost.js';
import { hyperparameterSection } from './hyperparameter.js';
import { trainingSection } from './training.js';
import { trialTable } from './trials.js';

/** The result of a sweep as one HTML file. */
export async function renderSweepHtml(result: SweepResult): Promise<string> {
  const { sweeps, gates, notes, trials } = result;
  const figures = new PageFigures();
  const sections: Section[] = [
    ...sweeps.map((sweep, i) => ({
      id: `sweep-${i + 1}`,
      title: shownName(sweep.hyperparameter),
      content: sweep.parametrizations.length > 0 && hyperparameterSection(sweep, result, figures),
    })),
    { id: 'gates', title: 'Gates', content: gates.length > 0 && gateList(result) },
    { id: 'notes', title: 'Notes', content: notes.length > 0 && noteList(notes) },
    { id: 'training', title: 'Training', content: trainingSection(result, figures) },
    { id: 'cost', title: 'Cost', content: costSection(result) },
    { id: 'trials', title: 'Trials', content: trials.length > 0 && trialTable(result) },
    { id: 'repeat', title: 'Repeat', content: repeatPanel(result) },
    { id: 'limits', title: 'What transfer does not prove', content: html`<p class="measure">${SWEEP_LIMITS}</p>` },
  ];
  return page({
    masthead: sweepMasthead(result),
    sections,
    data: { charts: await compileCharts('score', 'optimum', 'loss'), series: [], figures: figures.all },
    madeFrom: counted(trials.length, 'trial'),
  });
}

function sweepMasthead(result: SweepResult): Masthead {
  const { name, verdict, summary } = result;
  const limits = html`Seen at these sizes and this many steps. <a href="#limits">What transfer does not prove</a>`;
  return {
    kind: 'µTransfer sweep',
    name,
    verdict,
    word: SWEEP_WORD[verdict],
    summary,
    limits: verdict === 'pass' && limits,
    facts: sweepFacts(result),
  };
}
