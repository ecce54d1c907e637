import type { Figure } from '../../../src/report/charts/figure.js';
import { scoreAxis } from '../../../src/report/charts/score-axis.js';
import { scoreFigure } from '../../../src/report/charts/score-values.js';
import type { SweepResult } from '../../../src/verdict/sweep-result.js';
import { SWEEP_WIDTHS } from '../sweep-result.js';

/** The chart of a sweep's first hyperparameter in µP. */
export function scoreFigureOf({ sweeps }: SweepResult, untrained: number | null = 2.303): Figure {
  const [sweep] = sweeps;
  const curves = sweep?.parametrizations[0]?.curves ?? [];
  return scoreFigure({
    curves,
    scale: { of: 'width', all: SWEEP_WIDTHS },
    values: [...new Set(curves.flatMap(({ points }) => points.map(({ value }) => value)))],
    isNumeric: sweep?.isNumeric ?? true,
    axis: scoreAxis(curves, untrained),
    description: 'loss over learningRate',
  });
}
