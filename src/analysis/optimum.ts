/** Where a curve of score over log2 value has its minimum. */
export interface Optimum {
  /**
   * `found`: inside the grid. `censored-low`, `censored-high`: the best value is at the grid's lower or upper edge, the
   * optimum may lie beyond. `undetermined`: too few values finished, or the curve has no minimum that the scatter of
   * the seeds does not hide.
   */
  state: 'found' | 'censored-low' | 'censored-high' | 'undetermined';
  /** The grid's value of the lowest mean score over the seeds; null where nothing finished. */
  best: number | string | boolean | null;
  /** log2 of the optimum, the vertex of the fitted parabola; null unless found. */
  log2Value: number | null;
  /** 95 % confidence interval of log2Value; null where the curve is too flat to bound it. */
  interval: [number, number] | null;
  /** Standard error of log2Value. */
  standardError: number | null;
  degreesOfFreedom: number | null;
  /** Mean score at the optimum, from the fitted parabola; null unless found. */
  loss: number | null;
  /** The parabola: score = loss + curvature · (log2 value − log2Value)²; null unless found. */
  curvature: number | null;
  /** Why there is no optimum; null where one was found. */
  reason: string | null;
}
