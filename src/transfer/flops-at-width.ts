/** FLOPs of one training step, counted at one width. */
export interface CountedFlops {
  width: number;
  flops: number;
}

/** FLOPs of one training step at a width, and in one sentence how they are known; null, and why they are not. */
export interface FlopsAtWidth {
  flops: number | null;
  how: string;
}

/** Three widths determine a polynomial of degree 2, and a fourth shows whether it is one. */
const FEWEST_WIDTHS = 4;

/** A polynomial meets counts, which are exact, but for rounding in double precision (relative). */
const ROUNDING = 1e-9;

/**
 * FLOPs of one training step at a width: as counted there, else extrapolated from counts at others.
 *
 * Dimensions that grow with width do so linearly, so a product of matrices or a convolution costs at most width²: the
 * polynomial c₀ + c₁·width + c₂·width² through the first, the last and the middle width has to meet every other count
 * exactly. Where it does not (heads that come in whole numbers, widths rounded to a multiple), nothing is extrapolated.
 *
 * @param counted - all at the same depth and batch as what is asked for, each width > 0
 */
export function flopsAtWidth(counted: readonly CountedFlops[], width: number): FlopsAtWidth {
  const known = counted.find((each) => each.width === width);
  if (known !== undefined) return { flops: known.flops, how: `FLOPs per step at width ${width} are counted there.` };
  const sorted = distinct(counted);
  const widths = sorted.map((each) => each.width).join(', ');
  const [first, last] = [sorted[0], sorted.at(-1)];
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (first === undefined || middle === undefined || last === undefined || sorted.length < FEWEST_WIDTHS) {
    const got = sorted.length === 0 ? 'none' : widths;
    const how = `FLOPs per step at width ${width} are not known: to extrapolate them takes counts at ${FEWEST_WIDTHS} widths, got ${got}.`;
    return { flops: null, how };
  }
  const polynomial = throughThree([first, middle, last]);
  const missed = sorted.find((each) => Math.abs(polynomial(each.width) - each.flops) > ROUNDING * each.flops);
  if (missed !== undefined) {
    const how = `FLOPs per step at width ${width} are not known: they are no polynomial of degree 2 in width, for the one through widths ${first.width}, ${middle.width} and ${last.width} gives ${Math.round(polynomial(missed.width))} at width ${missed.width}, where ${missed.flops} are counted.`;
    return { flops: null, how };
  }
  const how = `FLOPs per step at width ${width} are extrapolated: a polynomial of degree 2 in width gives the counts at widths ${widths} exactly.`;
  return { flops: Math.round(polynomial(width)), how };
}

/** One count a width, narrowest first. */
function distinct(counted: readonly CountedFlops[]): CountedFlops[] {
  const byWidth = new Map(counted.map((each) => [each.width, each]));
  return [...byWidth.values()].toSorted((a, b) => a.width - b.width);
}

/** The polynomial of degree 2 through three points, in Newton's form. */
function throughThree([a, b, c]: readonly [CountedFlops, CountedFlops, CountedFlops]): (width: number) => number {
  const slope = (b.flops - a.flops) / (b.width - a.width);
  const bend = ((c.flops - b.flops) / (c.width - b.width) - slope) / (c.width - a.width);
  return (width) => a.flops + (width - a.width) * (slope + (width - b.width) * bend);
}
