import { raised } from '../reading/numbers.js';

/** Where an axis has its ticks, and what stands there. */
export interface Ticks {
  at: number[];
  labels: string[];
}

/** Most ticks on an axis: what a chart of 280 px holds. */
const MOST = 6;

/** Ticks at whole powers of two, for a scale of log2. */
export function powerTicks(low: number, high: number): Ticks {
  const first = Math.ceil(low - 1e-9);
  const count = Math.max(0, Math.floor(high + 1e-9) - first + 1);
  const stride = Math.max(1, Math.ceil(count / MOST));
  const at = Array.from({ length: count }, (_, i) => first + i).filter((power) => power % stride === 0);
  return { at, labels: at.map((power) => `2${raised(power)}`) };
}

/** Ticks at round numbers. */
export function roundTicks(low: number, high: number): Ticks {
  const rough = (high - low) / (MOST - 1);
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = unit * ([1, 2, 5].find((factor) => unit * factor >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.max(0, Math.floor(high / step + 1e-9) - first + 1);
  const at = Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  return { at, labels: at.map(String) };
}

/** Ticks at 1, 2 and 5 times powers of ten, for a scale of log10; at powers of ten alone where those are too many. */
export function decadeTicks(low: number, high: number): Ticks {
  const decades = Array.from({ length: Math.floor(high) - Math.floor(low) + 1 }, (_, i) => Math.floor(low) + i);
  const within = (factors: readonly number[]) =>
    decades
      .flatMap((decade) => factors.map((factor) => factor * 10 ** decade))
      .filter((value) => {
        const at = Math.log10(value);
        return at >= low && at <= high;
      });
  const fine = within([1, 2, 5]);
  const values = fine.length > MOST ? within([1]) : fine;
  return { at: values.map(Math.log10), labels: values.map((value) => String(Number(value.toPrecision(6)))) };
}
