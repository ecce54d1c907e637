import { CoordCheckError, failure } from '../errors.js';
import type { Tuning } from './tuning.js';

/** A width to give settings for, and whether a model of it fits in memory here. */
export interface TargetWidth {
  width: number;
  fits: boolean;
}

/** Widths to extrapolate from: multiples of the proxy's, which any model that has the proxy should have. */
export function proxyWidths({ width }: Pick<Tuning, 'width'>): [number, number, number] {
  return [width, 2 * width, 4 * width];
}

/**
 * Whether a target's model fits in memory here; its estimated needs then count when trials are made.
 *
 * @throws CoordCheckError TARGET_UNREACHABLE where neither it fits nor what it would be extrapolated from, and as a
 * description does
 */
export async function reachOf(tuning: Tuning, width: number): Promise<TargetWidth> {
  if ((await whyUnfit(tuning, width)) === null) return { width, fits: true };
  const widths = proxyWidths(tuning);
  const [, , widest] = widths;
  // What is wider than a target that does not fit does not fit either, and would be no extrapolation.
  if (widest >= width) {
    throw failure('TARGET_UNREACHABLE', { width, widths, why: `width ${widest} is no narrower than the target` });
  }
  const cause = await whyUnfit(tuning, widest);
  if (cause !== null) throw failure('TARGET_UNREACHABLE', { width, widths, why: cause.message }, { cause });
  return { width, fits: false };
}

async function whyUnfit(tuning: Tuning, width: number): Promise<CoordCheckError | null> {
  try {
    await refuseUnfit(tuning, width);
    return null;
  } catch (error) {
    if (error instanceof CoordCheckError && error.code === 'DOES_NOT_FIT') return error;
    throw error;
  }
}

/** Two of these multiples of the proxy's width any model should have, to continue its shapes from. */
const NEARBY = [1, 2, 3, 4];

/**
 * Shapes are continued from multiples of the proxy's width, so that what does not fit is not built to find out.
 *
 * @throws CoordCheckError DOES_NOT_FIT where a model of some width does not fit in memory here
 */
export async function refuseUnfit({ trials, width, depth, hyperparameters }: Tuning, wide: number): Promise<void> {
  const nearby = NEARBY.map((multiple) => multiple * width).filter((each) => each <= wide);
  const depths = depth === null ? {} : { depths: [depth] };
  await trials.describe({ widths: [...new Set([...nearby, wide])], ...depths, seeds: 1, set: hyperparameters });
}
