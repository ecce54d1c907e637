import type { Quantity, Statistic } from '../records/record.js';
import type { RunRecord } from '../records/run.js';
import { seriesOf, type RowIndex, type Series } from './series.js';

/** The quantities of taps. */
export type TapQuantity = Extract<Quantity, 'activation' | 'change' | 'centredChange'>;

/** One quantity of one tap at one step. */
export interface TapAnalysis extends Series {
  tap: string;
  step: number;
  quantity: TapQuantity;
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
    return KEYS.flatMap((key) => {
      const own = rows.filter(({ quantity, statistic }) => quantity === key.quantity && statistic === key.statistic);
      const steps = [...new Set(own.map(({ step }) => step))].toSorted((a, b) => a - b);
      return steps.map((step): TapAnalysis => {
        const at = { tap, step, statistic: key.statistic };
        const same = index.rowsOf({ subject: 'tap', name: tap, step, ...key });
        return { ...seriesOf(same, finished, at), tap, step, quantity: key.quantity };
      });
    });
  });
}
