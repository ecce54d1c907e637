import type { CheckPlan } from '../check.js';
import { shownName } from '../visible.js';
import { durationText } from './duration.js';

/** A plan as `--dry-run` prints it: taps, parameters, runs, and what they will cost. */
export function planText(plan: CheckPlan): string {
  const { config } = plan;
  const largest = Math.max(0, ...plan.runs.map(({ memoryBytes }) => memoryBytes));
  const time = plan.durationMs === null ? 'unknown' : `about ${durationText(plan.durationMs)}`;
  const taps = plan.taps.map(({ name, shape }) => [shownName(name), `[${shape.join(', ')}]`]);
  const parameters = plan.parameters.map(({ name, shape, role, infinite }) => [
    shownName(name),
    role,
    `[${shape.map((size, index) => (infinite[index] ? `${size}∞` : `${size}`)).join(', ')}]`,
  ]);
  return [
    `${shownName(plan.name)} on ${plan.engine}, ${plan.workers} ${plan.workers === 1 ? 'worker' : 'workers'}`,
    `widths ${config.widths.join(', ')}${config.depths ? `; depths ${config.depths.join(', ')}` : ''}`,
    `${plan.runs.length} runs of ${config.steps} steps, seeds ${config.seeds.join(', ')}`,
    `memory of the largest run: ${(largest / 2 ** 20).toFixed(0)} MiB; time: ${time}`,
    `\ntaps (${taps.length}):`,
    ...rows(taps),
    `\nparameters (${parameters.length}; ∞ marks dimensions that grow with width):`,
    ...rows(parameters),
    '\nNothing was trained.',
    '',
  ].join('\n');
}

/** Columns as wide as their widest cell. */
function rows(cells: string[][]): string[] {
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
}
