import type { Engine } from '../engine/engine.js';
import { tf, type Tensor } from '../engine/tf.js';
import { toRecorded, type RecordRow, type Statistic } from '../records/record.js';

/** A row whose value is still a tensor. */
export type Measured = Omit<RecordRow, 'width' | 'depth' | 'seed' | 'statistic' | 'value'>;

/**
 * Rows being measured: statistics are computed on the engine and read together, once a flush.
 */
export class Measurements {
  readonly rows: RecordRow[] = [];
  readonly #pending: { row: Measured & { statistic: Statistic }; value: Tensor }[] = [];

  readonly #engine: Engine;
  readonly #key: Pick<RecordRow, 'width' | 'depth' | 'seed'>;

  constructor(engine: Engine, { width, depth, seed }: Pick<RecordRow, 'width' | 'depth' | 'seed'>) {
    this.#engine = engine;
    this.#key = { width, depth, seed };
  }

  /** Measures a tensor's coordinate size: mean |x| of a tap, root mean square of a parameter. */
  add(row: Measured, tensor: Tensor): void {
    const statistic = row.subject === 'tap' || row.tap !== undefined ? 'meanAbs' : 'rms';
    this.#pending.push({ row: { ...row, statistic }, value: tf.keep(sizeOf(tensor, statistic)) });
  }

  /** Frees what was added and never read. */
  dispose(): void {
    for (const { value } of this.#pending.splice(0)) value.dispose();
  }

  /** Adds a number already known. */
  put(row: Measured & { statistic: Statistic }, value: number): void {
    this.rows.push({ ...this.#key, ...row, value: toRecorded(value) });
  }

  /**
   * Reads what was added since the last flush into rows.
   *
   * @returns whether every value is finite
   */
  async flush(): Promise<boolean> {
    const pending = this.#pending.splice(0);
    const values = await this.#engine.read(pending.map(({ value }) => value));
    let isFinite = true;
    pending.forEach(({ row, value }, i) => {
      const [number = Number.NaN] = values[i] ?? [];
      isFinite &&= Number.isFinite(number);
      this.put(row, number);
      value.dispose();
    });
    return isFinite;
  }
}

/** Coordinate size of a tensor as a scalar: mean |x|, or the root mean square. */
export function sizeOf(x: Tensor, statistic: Statistic): Tensor {
  return tf.tidy(() => (statistic === 'meanAbs' ? tf.mean(tf.abs(x)) : tf.sqrt(tf.mean(tf.square(x)))));
}
