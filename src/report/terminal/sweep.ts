import type { SweepResult } from '../../verdict/sweep-result.js';
import { counted, flopsText, NO_NUMBER } from '../reading/numbers.js';
import {
  costText,
  hasDepth,
  PARAMETRIZATION,
  sizeName,
  SWEEP_LIMITS,
  SWEEP_WORD,
  sweepRunLine,
  trialCounts,
} from '../reading/sweep.js';
import { visibleProse } from '../../visible.js';
import { screenOf, section, type Screen, type TerminalOptions } from './screen.js';
import { gateLines, noteLines, repeatLines, verdictLines } from './sections.js';
import { sweepLines } from './sweep-tables.js';
import { table, type Column } from './table.js';
import { hanging } from './wrap.js';

/** Failed trials told one by one; more are counted. */
const TRIALS_TOLD = 12;

/**
 * A sweep for people at a prompt: whether each hyperparameter transfers, then the optima that say so.
 *
 * @param options - `columns` a line may take (80), `color` whether ANSI colours are used (false)
 * @returns lines no wider than `columns`, but for a long word of the command, which can be pasted only whole; control
 *   characters in names are spelt out, never sent to the terminal
 */
export function renderSweepTerminal(result: SweepResult, options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  const sections = [
    verdictLines(result, SWEEP_WORD[result.verdict], screen),
    gateLines(result, screen),
    ...sweepLines(result, screen),
    costLines(result, screen),
    trialLines(result, screen),
    noteLines(result, screen),
    repeatLines(result, { run: sweepRunLine(result), limits: SWEEP_LIMITS }, screen),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const COST_COLUMNS: Column[] = [
  { title: 'width', align: 'right' },
  { title: 'depth', align: 'right' },
  { title: 'parameters', align: 'right', drop: 1 },
  { title: 'FLOPs a step', align: 'right', drop: 2 },
  { title: 'steps in all', align: 'right', drop: 3 },
  { title: 'FLOPs in all', align: 'right' },
];

function costLines({ cost }: SweepResult, screen: Screen): string[] {
  if (cost === null) return [];
  const shown = (_: unknown, column: number) => hasDepth(cost.sizes) || COST_COLUMNS[column]?.title !== 'depth';
  const rows = cost.sizes.map(({ width, depth, parameters, flopsPerStep, steps }) =>
    [width, depth ?? NO_NUMBER, parameters, flopsText(flopsPerStep), steps, flopsText(flopsPerStep * steps)]
      .map((cell) => ({ text: String(cell) }))
      .filter(shown),
  );
  const layout = { columns: screen.columns - 2, title: screen.colors.dim };
  return section(
    'Cost',
    [
      ...hanging('  ', `${costText(cost)} in all`, screen.columns),
      ...(rows.length === 0 ? [] : table(COST_COLUMNS.filter(shown), rows, layout).map((line) => `  ${line}`)),
      ...cost.assumptions.flatMap((text) => hanging('  - ', visibleProse(text), screen.columns)).map(screen.colors.dim),
    ],
    screen,
  );
}

/** How the trials ended; those that failed, with their error. What diverged is part of a sweep. */
function trialLines({ trials }: SweepResult, { colors, columns }: Screen): string[] {
  if (trials.length === 0) return [];
  const failed = trials.filter(({ state }) => state === 'failed');
  const rest = failed.length - TRIALS_TOLD;
  return [
    ...hanging('', `${trialCounts(trials)}.`, columns).map((line, i) => (i === 0 ? colors.bold(line) : line)),
    ...failed.slice(0, TRIALS_TOLD).flatMap((trial) => {
      const error = trial.error === null ? '' : `: ${visibleProse(trial.error)}`;
      return hanging(
        '  ',
        `${PARAMETRIZATION[trial.parametrization]}, ${sizeName(trial)}, seed ${trial.seed} failed${error}`,
        columns,
      );
    }),
    ...(rest > 0 ? [`  and ${counted(rest, 'more trial')}`] : []),
  ];
}
