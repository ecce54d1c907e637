import type { SweepCurve } from '../../verdict/sweep-result.js';
import { optimumText, valueText } from '../reading/sweep.js';
import { sizeText } from '../reading/numbers.js';
import { packed, type Figure } from './figure.js';
import { sizeColor, sizeIndex, type SizeScale } from './ramp.js';
import { planeSignals, type TickedAxis } from './ticked-plane.js';
import { powerTicks } from './ticks.js';
import type { ScoreAxis } from './score-axis.js';

/** One chart's curves, and how they are drawn. */
export interface ScorePanel {
  curves: readonly SweepCurve[];
  scale: SizeScale;
  /** The values of the grid, in order, alike in all panels. */
  values: readonly (number | string | boolean)[];
  /** Whether they stand at their log2; else side by side. */
  isNumeric: boolean;
  /** The losses that are seen, alike in all panels. */
  axis: ScoreAxis;
  description: string;
}

/** Where each value stands. */
interface ValueAxis extends TickedAxis {
  at(value: number | string | boolean): number;
  /** How far apart the sizes stand at one value, where they would hide each other. */
  dodge: number;
}

/** Sizes beside each other take this share of the room between two values. */
const DODGE = 0.5;

/** The chart of the curves of one parametrization. */
export function scoreFigure(panel: ScorePanel): Figure {
  const axis = valueAxis(panel);
  const drawn = panel.curves.map((curve) => curveRows(curve, panel, axis));
  return {
    chart: 'score',
    tables: {
      seeds: packed(drawn.flatMap(({ seeds }) => seeds)),
      means: packed(drawn.flatMap(({ means }) => means)),
      lines: packed(panel.isNumeric ? drawn.flatMap(({ means }) => means) : []),
      off: packed(drawn.flatMap(({ off }) => off)),
      optima: packed(panel.curves.flatMap((curve) => optimumRows(curve, panel))),
    },
    signals: planeSignals({ x: axis, y: panel.axis }),
    description: panel.description,
    height: 280,
  };
}

function valueAxis({ values, isNumeric, scale }: ScorePanel): ValueAxis {
  const places = values.map((value, i) => (isNumeric && typeof value === 'number' ? Math.log2(value) : i));
  const [first = 0] = places;
  const last = places.at(-1) ?? first;
  const gap = places.length < 2 ? 1 : (last - first) / (places.length - 1);
  const ticks = isNumeric ? powerTicks(first, last) : { at: places, labels: values.map(valueText) };
  return {
    at: (value) => places[values.indexOf(value)] ?? first,
    dodge: (gap * DODGE) / Math.max(1, scale.all.length),
    low: first - gap * 0.6,
    high: last + gap * 0.6,
    ticks,
  };
}

/** The rows of one curve: its seeds, the means where all of them finished, and what cannot be seen in the plot. */
function curveRows(curve: SweepCurve, panel: ScorePanel, axis: ValueAxis) {
  const { axis: losses, scale, isNumeric, values } = panel;
  const color = sizeColor(curve, scale);
  const size = `${scale.of} ${curve[scale.of]}`;
  const aside = (sizeIndex(curve, scale) - (scale.all.length - 1) / 2) * axis.dodge;
  const all = values.map((value) => {
    const scores = curve.points.filter((point) => point.value === value);
    const finite = scores.map(({ score }) => score).filter((score) => score !== null);
    const x = axis.at(value) + (isNumeric ? 0 : aside);
    const seen = { x, color, size, value: valueText(value) };
    const mean = finite.reduce((sum, score) => sum + score, 0) / finite.length;
    const isWhole = scores.length > 0 && finite.length === scores.length;
    const isOff = scores.length > 0 && (!isWhole || losses.at(mean) > losses.high);
    const what = isWhole
      ? `mean loss ${sizeText(mean)}`
      : `${scores.length - finite.length} of ${scores.length} did not finish`;
    const top = losses.high - (losses.high - losses.low) * 0.025;
    return {
      seeds: scores.flatMap(({ seed, score }) =>
        score === null ? [] : [{ ...seen, y: losses.at(score), what: `seed ${seed}, loss ${sizeText(score)}` }],
      ),
      means: isWhole ? [{ ...seen, y: losses.at(mean), what }] : [],
      off: isOff
        ? [{ ...seen, x: axis.at(value) + aside, y: top, what, fill: finite.length > 0 ? color : 'transparent' }]
        : [],
    };
  });
  return {
    seeds: all.flatMap(({ seeds }) => seeds),
    means: all.flatMap(({ means }) => means),
    off: all.flatMap(({ off }) => off),
  };
}

function optimumRows(curve: SweepCurve, { axis, scale, isNumeric }: ScorePanel) {
  const { log2Value, loss, interval } = curve.optimum;
  if (!isNumeric || log2Value === null || loss === null) return [];
  const [low, high] = interval ?? [log2Value, log2Value];
  const size = `${scale.of} ${curve[scale.of]}`;
  const what = `fitted optimum, loss ${sizeText(loss)}`;
  const value = optimumText(curve.optimum);
  return [{ x: log2Value, low, high, y: axis.at(loss), color: sizeColor(curve, scale), size, value, what }];
}
