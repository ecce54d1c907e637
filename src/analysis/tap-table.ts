import type { Quantity, Statistic } from '../records/record.js';
import type { RunRecord } from '../records/run.js';
import { derivedSeries, seriesOf, type RowIndex, type Series } from './series.js';

/** The quantities of taps. */
export type TapQuantity = Extract<Quantity, 'activation' | 'change' | 'centredChange'>;

/** One quantity of one tap at one step. */
export interface TapAnalysis extends Series {
  tap: string;
  step: number;
  quantity: TapQuantity;
  /** Where the tap shows attention logits, products of two activations; null elsewhere. */
  product: ProductAnalysis | null;
}

/** What a forward pass makes of products of two activations. */
export interface ProductAnalysis {
  /** Whether the sum over them grows with width: the head size of attention. */
  isInfinite: boolean;
  /** What they are multiplied by. */
  factor: Series;
}

const STATISTICS: readonly Statistic[] = ['meanAbs', 'rms'];
const KEYS = (['activation', 'change', 'centredChange'] as const satisfies readonly TapQuantity[]).flatMap((quantity) =>
  STATISTICS.map((statistic) => ({ quantity, statistic })),
);

/** The table of taps, in the order of the forward pass: every quantity, statistic and step that was recorded. */
export function tapTable(index: RowIndex, runs: readonly RunRecord[]): TapAnalysis[] {
  const finished = runs.filter(({ state }) => state === 'finished');
  const names = [...new Set(runs.flatMap(({ taps }) => taps.map(({ name }) => name)))];
  return names.flatMap((tap) => {
    const rows = index.ofSubject('tap', tap);
    const product = productAt(tap, finished);
    return KEYS.flatMap((key) => {
      const own = rows.filter(({ quantity, statistic }) => quantity === key.quantity && statistic === key.statistic);
      const steps = [...new Set(own.map(({ step }) => step))].toSorted((a, b) => a - b);
      return steps.map((step): TapAnalysis => {
        const at = { tap, step, statistic: key.statistic };
        const same = index.rowsOf({ subject: 'tap', name: tap, step, ...key });
        return { ...seriesOf(same, finished, at), tap, step, quantity: key.quantity, product };
      });
    });
  });
}

/** Known of the forward pass itself, not measured: one run of each width and seed gives one exact point. */
function productAt(tap: string, finished: readonly RunRecord[]): ProductAnalysis | null {
  const seen = finished.flatMap(({ width, seed, taps }) => {
    const product = taps.find(({ name }) => name === tap)?.product;
    return product === undefined ? [] : [{ width, seed, ...product }];
  });
  if (seen.length === 0) return null;
  const sizes = seen.map(({ width, seed, factor }) => ({ width, seed, size: Math.abs(factor) }));
  const sizesOfSums = new Set(seen.map(({ summed }) => summed));
  return {
    isInfinite: sizesOfSums.size > 1,
    factor: derivedSeries(sizes, finished, { tap, step: 0, statistic: 'meanAbs' }),
  };
}
