/** What one parameter is multiplied by from outside, as exponents of width / base width. */
export interface Dose {
  /** Of its initial value. */
  initExponent: number;
  /** Of each of its updates, and so of its learning rate. */
  learningRateExponent: number;
  /**
   * Of its gradient before the optimizer sees it. To an optimizer that divides by the gradient's size that is an epsilon
   * (and whatever else stands beside it) scaled by the inverse: it stays in proportion to the gradient.
   */
  gradientExponent: number;
}

/**
 * Powers of the width that a model is trained with on top of whatever it and its optimizer do already: every factor is
 * (width / baseWidth)^exponent, so that at base width nothing changes.
 */
export interface Prescription {
  baseWidth: number;
  /** By parameter; those that are left alone are absent. */
  parameters: Readonly<Record<string, Dose>>;
  /**
   * Exponents of multipliers in the forward pass, by place: a tap that shows attention logits, or one use of a tied
   * parameter (`embedding@readout`).
   */
  multipliers: Readonly<Record<string, number>>;
}
