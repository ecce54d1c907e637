import type { ParametrizationSweep, SweepResult } from '../../verdict/sweep-result.js';
import {
  costText,
  OPTIMA_LEGEND,
  PARAMETRIZATION,
  SWEEP_LIMITS,
  SWEEP_WORD,
  sweepRunLine,
  TRANSFER_WORD,
  trialCounts,
  widerText,
} from '../reading/sweep.js';
import { folded, heading, repeat, Room, verdict } from './blocks.js';
import { code, sentence } from './escape.js';
import { gates, notes, outcome } from './sections.js';
import { costTable, driftTable, optimaTable, trialTable } from './sweep-tables.js';

/**
 * A sweep for a pull request, in GitHub's Markdown: verdict, optima and drifts of each hyperparameter, and the rest
 * folded away.
 *
 * @returns fewer than 65,536 characters; what is left out is counted. Untrusted text comes out as text only
 */
export function renderSweepMarkdown(result: SweepResult): string {
  const { cost, sweeps } = result;
  const head = verdict(result, SWEEP_WORD[result.verdict]);
  const tail = [repeat(result, sweepRunLine(result)), SWEEP_LIMITS];
  const legend = sweeps.length === 0 ? '' : OPTIMA_LEGEND;
  const text = new Room([head, ...tail, legend]);
  const shut = text.list('Gates', gates(result), heading);
  const remarks = text.list('Notes', notes(result), folded);
  const judged = sweeps.flatMap((sweep) =>
    sweep.parametrizations.flatMap((one) => {
      const title = `${code(sweep.hyperparameter)} in ${PARAMETRIZATION[one.parametrization]}: ${outcome(one.outcome, TRANSFER_WORD)}`;
      return [
        text.table(title, optimaTable(one.curves, sweep.isNumeric), heading),
        text.table('', driftTable(one.drifts), (_, body) => body),
        text.block(told(one)),
      ];
    }),
  );
  const evidence = [
    cost === null ? '' : text.table(`Cost: ${costText(cost)}`, costTable(cost), folded),
    text.table(trialCounts(result.trials), trialTable(result), folded),
  ];
  return `${[head, ...judged, legend, shut, ...evidence, remarks, ...tail].filter((block) => block).join('\n\n')}\n`;
}

/** Why it came out so, where no drift says it, and whether wider was better. */
function told({ reason, settle, drifts, widerIsBetter }: ParametrizationSweep): string {
  const isTold = drifts.some((drift) => drift.reason === reason && drift.settle === settle);
  const why = isTold ? [] : [reason, settle === null ? null : `To settle it: ${settle}`];
  const sentences = why.filter((text) => text !== null).map(sentence);
  return [...sentences, widerText(widerIsBetter) ?? ''].filter((text) => text !== '').join(' ');
}
