import type { Quantity } from '../records/record.js';
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

const QUANTITIES: readonly TapQuantity[] = ['activation', 'change', 'centredChange'];

/** The table of taps: every quantity and step that was recorded, in the order of the forward pass. */
export function tapTable(index: RowIndex, runs: readonly RunRecord[]): TapAnalysis[] {
  const finished = runs.filter(({ state }) => state === 'finished');
  const names = [...new Set(runs.flatMap(({ taps }) => taps.map(({ name }) => name)))];
  return names.flatMap((tap) => {
    const rows = index.ofSubject('tap', tap);
    return QUANTITIES.flatMap((quantity) => {
      const steps = [...new Set(rows.filter((row) => row.quantity === quantity).map(({ step }) => step))];
      return steps
        .toSorted((a, b) => a - b)
        .map((step): TapAnalysis => {
          const key = { subject: 'tap', name: tap, quantity, statistic: 'meanAbs', step } as const;
          return { ...seriesOf(index.rowsOf(key), finished, { tap, step, statistic: 'meanAbs' }), tap, step, quantity };
        });
    });
  });
}
