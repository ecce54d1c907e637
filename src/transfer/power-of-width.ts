/** A number known at one width. */
export interface AtWidth {
  width: number;
  value: number;
}

/** Powers of the width are computed in double precision: two slopes of one differ by its rounding only. */
const ROUNDING = 1e-6;

/**
 * A number at a further width, where it is a power of the width at three: value · (width / widest)^p.
 *
 * @param known - at three widths, narrowest first
 * @returns null where it is no power: where the slopes of log value on log width differ
 */
export function exactPower(known: readonly [AtWidth, AtWidth, AtWidth], width: number): number | null {
  if (known.every(({ value }) => value === 0)) return 0;
  if (known.some(({ value }) => !(value > 0))) return null;
  const [a, b, c] = known;
  const whole = slopeOf(a, c);
  return Math.abs(slopeOf(a, b) - whole) < ROUNDING && Math.abs(slopeOf(b, c) - whole) < ROUNDING
    ? c.value * (width / c.width) ** tidy(whole)
    : null;
}

/** Standard errors that a measured size may be off its power: of dozens of parameters none then is by chance. */
const ALLOWED = 5;

/** A root mean square over so many numbers. */
export interface MeasuredAtWidth extends AtWidth {
  count: number;
}

/**
 * A size that is measured on a draw, at a further width: an exact power, else the one power with a multiple of ½ as its
 * exponent that all three sizes are within 5 standard errors of.
 *
 * A root mean square of N normal numbers has the relative standard error 1/√(2N).
 *
 * @returns null where there is no such power, and where too few numbers leave several
 */
export function measuredPower(
  known: readonly [MeasuredAtWidth, MeasuredAtWidth, MeasuredAtWidth],
  width: number,
): number | null {
  const exact = exactPower(known, width);
  if (exact !== null || known.some(({ value }) => !(value > 0))) return exact;
  const [a, , c] = known;
  const nearest = Math.round(2 * slopeOf(a, c)) / 2;
  const possible = [nearest - 0.5, nearest, nearest + 0.5].filter((exponent) => isOnPower(known, exponent));
  const [exponent] = possible;
  return exponent === undefined || possible.length > 1 ? null : c.value * (width / c.width) ** exponent;
}

function isOnPower(known: readonly [MeasuredAtWidth, MeasuredAtWidth, MeasuredAtWidth], exponent: number): boolean {
  const widest = known[2];
  return known.every(({ width, value, count }) => {
    const allowed = ALLOWED * Math.sqrt(1 / (2 * count) + 1 / (2 * widest.count)) + ROUNDING;
    return Math.abs(Math.log(value / (widest.value * (width / widest.width) ** exponent))) < allowed;
  });
}

/** A dimension at a further width, where it is linear in the width and a whole number; null where it is not. */
export function linearSize(known: readonly [AtWidth, AtWidth, AtWidth], width: number): number | null {
  const [a, b, c] = known;
  const at = (w: number) => a.value + ((c.value - a.value) * (w - a.width)) / (c.width - a.width);
  const size = at(width);
  return at(b.width) === b.value && Number.isInteger(size) ? size : null;
}

function slopeOf(a: AtWidth, b: AtWidth): number {
  return Math.log(b.value / a.value) / Math.log(b.width / a.width);
}

/** An exponent within rounding of a multiple of ½ is that. */
function tidy(exponent: number): number {
  const half = Math.round(2 * exponent) / 2;
  return Math.abs(exponent - half) < ROUNDING ? half : exponent;
}
