import { nearestHalfInteger } from '../analysis/half-integer.js';
import type { Expected } from './judge-slope.js';
import type { DepthForm } from './result.js';

/** A parameter of blocks, its slopes along depth as far as they are known. */
export interface BlockSlopes {
  isShared: boolean;
  /** Of its isolated update where it first shows, and where it is written into the stream; null of what writes nothing. */
  inside: number | null;
  written: number | null;
  /** Of its initial output where it first shows; null where there is none (a zero branch, a bias). */
  initial: number | null;
  /** Whether its update shows in the stream only, so that nothing is known of the multiplier. */
  isSeenInside: boolean;
}

/** Exponents of depth of the branches of one stage; null where they were not seen. */
export interface BranchExponents {
  /** What branches are multiplied by behind their last parameter. */
  multiplier: number | null;
  /** Of the initial values of the last parameter: where a branch is scaled by them, as in GPT-2. */
  initial: number;
  /** What updates inside the branch go like, in front of its last parameter and of it, against its initial values. */
  inside: number | null;
  /** What a block writes into the stream. */
  written: number | null;
  /** Whether all blocks use the same weights. */
  isShared: boolean;
}

/**
 * Forms by what the branch is scaled by at init, multiplier and initial values together, and by the updates inside it.
 *
 * What is scaled by initial values of the last matrix, its rate in the same proportion, trains as what has a multiplier
 * (the symmetry of multiplier·θ, std/θ, Adam's rate/θ), so that both are one form.
 */
const FORMS: readonly { form: DepthForm; branch: number; inside: number }[] = [
  { form: 'CompleteP', branch: -1, inside: 0 },
  { form: 'depth-µP', branch: -1 / 2, inside: -1 / 2 },
];

/** Sums up the slopes of a stage's blocks. */
export function branchExponents(slopes: readonly BlockSlopes[]): BranchExponents {
  const writers = slopes.filter(({ written }) => written !== null);
  const written = mean(writers.map((one) => one.written));
  const multiplier = mean(writers.filter((one) => one.isSeenInside).map((one) => less(one.written, one.inside)));
  const initial = mean(writers.map((one) => (one.isSeenInside ? one.initial : null))) ?? 0;
  const inner = slopes.filter((one) => one.written === null).map((one) => one.inside);
  const last = writers.filter((one) => one.isSeenInside).map((one) => less(one.inside, initial));
  const isShared = slopes.length > 0 && slopes.every((one) => one.isShared);
  return { multiplier, initial, inside: mean([...inner, ...last]), written, isShared };
}

function less(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/**
 * The form that a stage's branches are scaled in; null where no multiplier was seen.
 *
 * GPT-2 divides initial values of each branch's last matrix by √depth and leaves all rates as they are: at init it looks
 * like depth-µP, after the first update like no scaling at all.
 */
export function formOf(exponents: BranchExponents): DepthForm | null {
  const { multiplier, initial, inside, written } = exponents;
  if (multiplier === null || inside === null || written === null) return null;
  const branch = nearestHalfInteger(multiplier + initial);
  const isByInit = nearestHalfInteger(initial) === -1 / 2 && nearestHalfInteger(multiplier) === 0;
  if (isByInit && nearestHalfInteger(written) === 0) return 'GPT-2';
  // Without any scale the stream grows, and under SGD the gradients behind its norms fall: the branch alone tells.
  if (branch === 0 && nearestHalfInteger(written) > -1) return 'unscaled';
  return FORMS.find((known) => known.branch === branch && known.inside === nearestHalfInteger(inside))?.form ?? 'other';
}

/**
 * What theory asks of the isolated update inside branches of a known scale; null of an unknown one, where it is what is
 * written that tells.
 *
 * Weights that all L blocks share are another matter. They are used L times, x ← x + m·f(W, x), and what their update
 * does to the stream is the sum over all uses, m·Σ f'(x_l)·ΔW. The x_l are nearly the same from block to block, so the L
 * terms are aligned and the sum goes like m·L·ΔW, at init m·L·f likewise, where blocks with weights of their own only add
 * up to m·√L at init. So the multiplier has to be 1/L, and 1/√L, which is right for independent blocks, lets the stream
 * grow like √L. With 1/L, ΔW has to stay: under Adam at a constant rate; under SGD at a constant rate, too, for the
 * gradient is the sum of L aligned terms of 1/L. Each one use then writes 1/L, as a block with weights of its own does.
 */
export function expectedInside(
  { multiplier, initial, isShared }: BranchExponents,
  of: Pick<BlockSlopes, 'written'>,
): Expected | null {
  if (multiplier === null) return null;
  const branch = nearestHalfInteger(multiplier + initial);
  const known = FORMS.find((form) => form.branch === branch);
  if (known === undefined || (isShared && known.form !== 'CompleteP')) return null;
  // The last parameter starts as small as its initial values are, and its update must keep step with them.
  const exponent = known.inside + (of.written === null ? 0 : nearestHalfInteger(initial)) + 0;
  return { exponent, side: 'both' };
}
