import type { Outcome } from '../verdict/result.js';

/**
 * Whether a whole interval lies `within` of the value expected (pass), or wholly beyond (fail).
 *
 * Inconclusive where it lies partly within, and where there is none: one estimate may be noise.
 */
export function keepsWithin(
  interval: readonly [number, number] | null,
  { expected, within }: { expected: number; within: number },
): Outcome {
  if (interval === null) return 'inconclusive';
  const [low, high] = interval;
  if (low >= expected - within && high <= expected + within) return 'pass';
  return low > expected + within || high < expected - within ? 'fail' : 'inconclusive';
}
