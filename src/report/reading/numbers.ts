const MINUS = '−';
const VULGAR = new Map([
  [-0.5, `${MINUS}½`],
  [0.5, '½'],
  [-1.5, `${MINUS}1½`],
  [1.5, '1½'],
]);

/** What stands where a number is missing. */
export const NO_NUMBER = '–';

/** A measured slope with its sign and two decimals, `+0.98`, `−0.03`: a proper minus, so that columns align. */
export function slopeText(slope: number | null, decimals = 2): string {
  if (slope === null || !Number.isFinite(slope)) return NO_NUMBER;
  const digits = Math.abs(slope).toFixed(decimals);
  if (Number(digits) === 0) return `0.${'0'.repeat(decimals)}`;
  return `${slope < 0 ? MINUS : '+'}${digits}`;
}

/** An exponent of theory: those are multiples of ½ and are written so, `−½`; anything else has two decimals. */
export function exponentText(exponent: number | null): string {
  if (exponent === null || !Number.isFinite(exponent)) return NO_NUMBER;
  const half = VULGAR.get(exponent);
  if (half !== undefined) return half;
  if (Number.isInteger(exponent)) return exponent < 0 ? `${MINUS}${-exponent}` : String(Math.abs(exponent));
  return slopeText(exponent);
}

/** A confidence interval, `[−0.02, +0.04]`. */
export function intervalText(interval: readonly number[] | null): string {
  const [low, high] = interval ?? [];
  if (low === undefined || high === undefined) return NO_NUMBER;
  return `[${slopeText(low)}, ${slopeText(high)}]`;
}

/** A loss or another size, in four significant digits; a power of ten stays plain, `1.5e-8`, so that it can be pasted. */
export function sizeText(size: number | null): string {
  if (size === null || !Number.isFinite(size)) return NO_NUMBER;
  return size === 0 ? '0' : String(Number(size.toPrecision(4))).replace(/^-/, MINUS);
}

const SUPERSCRIPT = new Map(Array.from('0123456789-', (digit, i) => [digit, Array.from('⁰¹²³⁴⁵⁶⁷⁸⁹⁻')[i] ?? '']));

/** A number's digits, raised: `⁻¹²`. */
export function raised(exponent: number): string {
  return Array.from(String(exponent), (digit) => SUPERSCRIPT.get(digit) ?? digit).join('');
}

/** A number of operations in three digits and engineering form, `46.1 × 10¹²`: exponents are multiples of three. */
export function flopsText(flops: number): string {
  const rounded = Number(flops.toPrecision(3));
  const exponent = rounded < 1000 ? 0 : Math.floor(Math.log10(rounded) / 3 + 1e-9) * 3;
  const digits = String(Number((rounded / 10 ** exponent).toPrecision(3)));
  return exponent === 0 ? digits : `${digits} × 10${raised(exponent)}`;
}

/** A duration in the unit that reads best. */
export function durationText(durationMs: number | null): string {
  if (durationMs === null) return NO_NUMBER;
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  const tenths = Math.round(durationMs / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** A list of counted things, `1 parameter`, `3 parameters`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A measured power law in one line: `slope +0.98 [+0.94, +1.03], expected 0`. */
export function rowCaption(row: {
  slope: number | null;
  interval: readonly number[] | null;
  expected: number | null;
}): string {
  if (row.slope === null) return 'no slope';
  const interval = row.interval === null ? '' : ` ${intervalText(row.interval)}`;
  const expected = row.expected === null ? 'nothing expected' : `expected ${exponentText(row.expected)}`;
  return `slope ${slopeText(row.slope)}${interval}, ${expected}`;
}
