import { expect } from 'vitest';
import { toHaveWidthExponent, toPassCoordCheck, toTransferLearningRate } from './matchers.js';
import type { TransferOptions, WidthExponentOptions } from './matchers.js';

/** The matchers as a test calls them on `expect(result)`. */
export interface CoordCheckMatchers {
  /** Asserts that the coordinate check passed. */
  toPassCoordCheck(): void;
  /** Asserts how a tap's or a parameter's size grows with width. */
  toHaveWidthExponent(subject: string, expected: number, options?: WidthExponentOptions): void;
  /** Asserts that a hyperparameter's optimum, the learning rate's unless said, stays as the model grows. */
  toTransferLearningRate(options?: TransferOptions): void;
}

// `Chai.Assertion` has one shape in vitest 3, 4 and 5, and so has this one; `Matchers<…>` does not.
declare global {
  namespace Chai {
    interface Assertion extends CoordCheckMatchers {}
  }
}
declare module 'vitest' {
  interface AsymmetricMatchersContaining extends CoordCheckMatchers {}
}

expect.extend({ toPassCoordCheck, toHaveWidthExponent, toTransferLearningRate });
