import { packed, type Figure } from './figure.js';
import { sizeColor, type SizeScale } from './ramp.js';

/** The loss of one training. */
export interface LossCurve {
  width: number;
  depth: number | null;
  seed: number;
  /** Null where it was not finite. */
  loss: readonly { step: number; loss: number | null }[];
}

/** Losses of one line that are marked one by one; more would hide the line. */
const DOTS = 16;
/** Room above and under the lines, as a share of the span. */
const MARGIN = 0.04;

/**
 * One chart of loss curves, a line a training.
 *
 * @param cap - losses above it run out of the chart: one that diverges must not flatten all others
 */
export function lossFigure(curves: readonly LossCurve[], scale: SizeScale, cap = Number.POSITIVE_INFINITY): Figure {
  const rows = curves.flatMap((curve) => {
    const { width, depth, seed } = curve;
    const run = `${width}/${depth}/${seed}`;
    return curve.loss.flatMap(({ step, loss }) =>
      loss === null
        ? []
        : [{ step, loss: Number(loss.toPrecision(5)), width, depth, seed, run, color: sizeColor(curve, scale) }],
    );
  });
  const losses = rows.map(({ loss }) => loss);
  const low = losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  const high = losses.reduce((most, loss) => Math.max(most, Math.min(loss, cap)), low);
  const margin = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1;
  const isDense = curves.some(({ loss }) => loss.length > DOTS);
  return {
    chart: 'loss',
    tables: { losses: packed(rows) },
    signals: rows.length === 0 ? {} : { yMin: low - margin, yMax: high + margin, dotSize: isDense ? 0 : 30 },
    description: `Training loss of ${curves.length} runs over steps, one line each`,
    height: 280,
  };
}
