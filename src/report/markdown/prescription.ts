import { parameterName } from '../../parameter-name.js';
import type { PrescribedParameter, PrescriptionResult } from '../../verdict/prescription.js';
import { counted, intervalText, slopeText } from '../reading/numbers.js';
import {
  factorText,
  isDosed,
  judgedSlopeText,
  prescribedMultipliers,
  prescriptionLegend,
  scalesGradients,
} from '../reading/prescription.js';
import { visible } from '../../visible.js';
import { LIMITS, VERDICT_WORD } from '../reading/wording.js';
import { folded, heading, repeat, Room, verdict } from './blocks.js';
import { code, fenced, prose } from './escape.js';
import type { MarkdownList } from './list.js';
import type { MarkdownTable } from './table.js';

/**
 * A prescription for a pull request, in GitHub's Markdown: the verdict of the check made with it, the code to paste, and
 * what it multiplies.
 *
 * @returns fewer than 65,536 characters: code that does not fit is left to the result's file
 */
export function renderPrescriptionMarkdown(result: PrescriptionResult): string {
  const head = [verdict(result, VERDICT_WORD[result.verdict])];
  const { optimizer, rounds } = result;
  const run = `Optimizer ${optimizer}; ${counted(rounds.length, 'measurement')}.`;
  const tail = [repeat(result, run), LIMITS];
  const text = new Room([...head, ...tail]);
  const open = text.list('Left alone, or open', leftAlone(result), heading);
  const changed = result.parameters.filter(isDosed);
  const others = result.parameters.filter((row) => !isDosed(row));
  const pasteable = text.block(heading('Code to paste', pasted(result))) || codeElsewhere(result);
  const prescribed = text.table('Prescription', table(result, changed), heading);
  const middle = [
    pasteable,
    prescribed,
    prescribed === '' ? '' : text.block(prose(prescriptionLegend(result))),
    text.list('In the forward pass, multiply', multipliers(result), heading),
    text.table(`${counted(others.length, 'other parameter')}: nothing to change`, table(result, others), folded),
    text.block(folded('Measured', measured(result))),
  ];
  return `${[...head, ...middle, open, ...tail].filter((block) => block !== '').join('\n\n')}\n`;
}

function table(result: PrescriptionResult, parameters: readonly PrescribedParameter[]): MarkdownTable {
  const isLevelled = scalesGradients(result);
  const titles = ['init', '→', 'update', '95 % interval', '→', '95 % interval'];
  return {
    titles: ['parameter', 'role', 'initial', 'rate', ...(isLevelled ? ['gradient'] : []), ...titles],
    align: `ll${'r'.repeat(titles.length + (isLevelled ? 3 : 2))}`,
    rows: parameters.map((row) => {
      const { init, update } = row;
      return [
        code(parameterName(row)),
        row.role,
        factorText(row.initExponent),
        factorText(row.learningRateExponent),
        ...(isLevelled ? [factorText(row.gradientExponent)] : []),
        judgedSlopeText(init.before),
        judgedSlopeText(init.after),
        slopeText(update.before.slope),
        intervalText(update.before.interval),
        slopeText(update.after.slope),
        intervalText(update.after.interval),
      ];
    }),
  };
}

function pasted(result: PrescriptionResult): string {
  return result.code === '' ? '' : fenced(result.code.split('\n').map(visible).join('\n'), 'ts');
}

/** Where the code is too long for a comment. */
function codeElsewhere(result: PrescriptionResult): string {
  return result.code === ''
    ? ''
    : 'The code to paste is too long for this text: it stands in the prescription’s JSON file.';
}

function multipliers(result: PrescriptionResult): MarkdownList {
  const items = prescribedMultipliers(result).map(({ name, exponent }) => `${code(name)}: ${factorText(exponent)}`);
  return { items, bullet: '- ' };
}

function leftAlone({ parameters }: PrescriptionResult): MarkdownList {
  const items = parameters.flatMap((row) =>
    row.reason === null ? [] : [`${code(parameterName(row))}: ${prose(row.reason)}`],
  );
  return { items, bullet: '- ' };
}

function measured({ rounds }: PrescriptionResult): string {
  if (rounds.length === 1) return '';
  return rounds.map(({ verdict: of, what }, i) => `${i + 1}. ${VERDICT_WORD[of]} ${prose(what)}`).join('\n');
}
