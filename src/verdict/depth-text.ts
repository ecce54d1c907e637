import { nearestHalfInteger } from '../analysis/half-integer.js';
import type { BranchExponents } from './depth-form.js';
import type { DepthForm, DepthSlope, Outcome } from './result.js';

/** What was found of one residual stream. */
export interface StreamFinding {
  /** What its taps have in common; null where none shows it. */
  stream: string | null;
  /** False of what is outside all streams, where there are several. */
  isStream: boolean;
  outcome: Outcome;
  form: DepthForm | null;
  exponents: BranchExponents;
  slopes: readonly DepthSlope[];
}

const UNSEEN =
  'Nothing shows what a block writes into a residual stream: tap the stream after every block, as block0, block1, …, and ' +
  'what each branch adds to it.';

/**
 * What was found along depth, stream by stream, and what mends it; streams of which the same is to be said are one. Beside
 * a fault what is open is left out, and what is outside all streams where nothing is wrong with it.
 */
export function depthText(findings: readonly StreamFinding[]): string {
  const isFailing = findings.some(({ outcome }) => outcome === 'fail');
  const isTold = ({ isStream, outcome }: StreamFinding) =>
    outcome === 'fail' || (outcome === 'inconclusive' && !isFailing) || (outcome !== 'inconclusive' && isStream);
  const texts = findings.filter(isTold).map((finding) => ({ finding, text: streamText(finding) }));
  const streams = findings.filter(({ isStream }) => isStream).length;
  return [...new Set(texts.map(({ text }) => text))]
    .map((text) => {
      const same = texts.filter((one) => one.text === text).map(({ finding }) => finding);
      if (same.filter(({ isStream }) => isStream).length === streams) return text;
      const names = same.map(({ stream }) => stream ?? 'the rest').join(' and ');
      return `In ${names}: ${text.charAt(0).toLowerCase()}${text.slice(1)}`;
    })
    .join(' ');
}

function streamText(finding: StreamFinding): string {
  const { outcome, form, exponents, slopes, isStream } = finding;
  if (outcome === 'fail') return faultText(finding);
  if (isStream && exponents.written === null) return UNSEEN;
  if (outcome === 'pass') {
    const known = form === null || form === 'other' ? '' : ` in the form of ${form}`;
    return `Residual branches are scaled with depth${known}.`;
  }
  const open = slopes.find((slope) => slope.outcome === 'inconclusive');
  const settle = open?.settle == null ? '' : ` To settle it: ${open.settle}.`;
  const what = open === undefined ? 'no slope could be judged' : `of ${nameOf(open)} ${open.reason ?? ''}`;
  return `Along depth nothing is proven: ${what}.${settle}`;
}

function faultText({ form, exponents, slopes }: StreamFinding): string {
  const { written, isShared } = exponents;
  if (isShared && written !== null) {
    const worst = slopes.find(({ outcome }) => outcome === 'fail');
    return (
      `Blocks share their weights, so that all their branches add up in one direction, and ${nameOf(worst)} goes like ` +
      `${power(worst?.slope)}, expected ${power(worst?.expected)}. Multiply every branch by 1/depth and keep hidden rates.`
    );
  }
  if (form === 'unscaled') return `Residual branches are not scaled with depth: ${writtenText(written)}. ${CURES}`;
  if (form === 'GPT-2') {
    return (
      'Residual branches are scaled with depth by the initial values of their last matrix alone, as in GPT-2: ' +
      `${writtenText(written)}. Multiply the rate of that matrix by 1/depth and the rates in front of it, in the same ` +
      'branch, by 1/√depth, for SGD that of the matrix alone by 1/depth (depth-µP).'
    );
  }
  const off = written === null ? 0 : nearestHalfInteger(written + 1);
  if (off !== 0) {
    const branch = seenText(exponents);
    return `${upperFirst(writtenText(written))}${branch}: multiply its branch, or the rates inside it, by ${power(-off)}.`;
  }
  const worst = slopes.find((slope) => slope.outcome === 'fail');
  return `Along depth ${nameOf(worst)} goes like ${power(worst?.slope)}, expected ${power(worst?.expected)}.`;
}

const CURES =
  'Multiply every branch by 1/depth and keep hidden rates (CompleteP), or multiply branches and hidden rates by 1/√depth ' +
  '(depth-µP).';

function writtenText(written: number | null): string {
  return `what a block writes into the stream goes like ${power(written)}, expected ${power(-1)}`;
}

/** What branches of no known form look like. */
function seenText({ multiplier, initial, inside }: BranchExponents): string {
  const parts = [
    multiplier === null ? [] : `branches are multiplied by ${power(multiplier)}`,
    nearestHalfInteger(initial) === 0 ? [] : `their last parameter starts like ${power(initial)}`,
    inside === null ? [] : `updates inside go like ${power(inside)}`,
  ].flat();
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function nameOf(slope: Pick<DepthSlope, 'parameter' | 'tap'> | undefined): string {
  return slope?.parameter ?? slope?.tap ?? '';
}

function power(exponent: number | null | undefined): string {
  return `depth^${Number((exponent ?? 0).toFixed(2)) + 0}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
