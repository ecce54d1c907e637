/** How the log2 of an optimum moves with every doubling of width or depth. */
export interface Drift {
  along: 'width' | 'depth';
  /** The size held fixed: a depth (or null) along width, a width along depth. */
  at: number | null;
  /** log2 of the optimum a doubling: 0 transfers, −1 is an optimum that halves. Null where it cannot be told. */
  perDoubling: number | null;
  /** 95 % confidence interval. */
  interval: [number, number] | null;
  standardError: number | null;
  /** The sizes whose optimum was found and entered. */
  sizes: number[];
}
