import type { JudgedDrift, ParametrizationSweep, SweepCurve } from '../verdict/sweep-result.js';

/** How many sizes a failing test names before it sends the reader to the report. */
const MOST_SIZES = 12;

/** What a sweep found in one parametrization, as a failing test prints it: drifts, the optimum of each size, regret. */
export function transferLines({ reason, settle, drifts, curves }: ParametrizationSweep): string[] {
  const isTold = drifts.some((drift) => drift.reason === reason && drift.settle === settle);
  const rest = curves.length - MOST_SIZES;
  return [
    ...(isTold ? [] : reasons({ reason, settle })),
    ...drifts.flatMap((drift) => [driftLine(drift), ...reasons(drift).map((line) => `  ${line}`)]),
    ...curves.slice(0, MOST_SIZES).map(sizeLine),
    ...(rest > 0 ? [`and ${rest} more sizes: see the report`] : []),
  ];
}

function reasons({ reason, settle }: { reason: string | null; settle: string | null }): string[] {
  return [reason, settle === null ? null : `to settle it: ${settle}`].filter((text) => text !== null);
}

function driftLine({ along, at, perDoubling, interval }: JudgedDrift): string {
  const held = at === null ? '' : ` at ${along === 'width' ? 'depth' : 'width'} ${at}`;
  const start = `log2 of the optimum per doubling of ${along}${held}`;
  if (perDoubling === null) return `${start}: not told`;
  return `${start}: ${number(perDoubling)}${intervalText(interval)}`;
}

function sizeLine({ width, depth, optimum, regret }: SweepCurve): string {
  const { state, best, log2Value, interval, reason } = optimum;
  const size = depth === null ? `width ${width}` : `width ${width}, depth ${depth}`;
  const lost = regret === null ? '' : `, regret ${regretText(regret)}`;
  if (state === 'found') {
    const where =
      log2Value === null
        ? value(best)
        : `${Number((2 ** log2Value).toPrecision(3))} (log2 ${number(log2Value)}${intervalText(interval)})`;
    return `optimum at ${size}: ${where}${lost}`;
  }
  const edge = { 'censored-low': `at or below ${value(best)}`, 'censored-high': `at or above ${value(best)}` };
  const where = state === 'undetermined' ? 'undetermined' : edge[state];
  return `optimum at ${size}: ${where}${reason === null ? '' : ` (${reason})`}${lost}`;
}

/** What is lost, in per cent, and by which value. */
function regretText({ share, interval, value: carried }: NonNullable<SweepCurve['regret']>): string {
  const bounds = interval === null ? null : ([100 * interval[0], 100 * interval[1]] satisfies [number, number]);
  return `${number(100 * share)} % at ${value(carried)}${intervalText(bounds)}`;
}

function intervalText(interval: [number, number] | null): string {
  return interval === null ? '' : `, 95 % interval ${number(interval[0])} to ${number(interval[1])}`;
}

function value(of: number | string | boolean | null): string {
  return typeof of === 'number' ? String(Number(of.toPrecision(4))) : JSON.stringify(of);
}

/** Two decimals, and never a negative zero. */
function number(of: number): string {
  return String(Number(of.toFixed(2)) + 0);
}
