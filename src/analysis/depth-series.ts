import type { DepthReading } from './depth-readings.js';
import { fitOf, type Fit } from './fit.js';
import type { NoFit } from './series.js';
import { MINIMUM_WIDTHS } from './slope.js';

/** One measured size at one depth; null where it was 0 or not finite. */
export interface DepthPoint {
  depth: number;
  width: number;
  seed: number;
  log2Size: number | null;
}

/** One quantity over all depths, its fit that of log2 size on log2 depth. */
export interface DepthSeries {
  points: DepthPoint[];
  fit: Fit | null;
  /** Null exactly where there is a fit; `too-few-widths` stands for too few depths. */
  reason: NoFit | null;
}

/** A size in one run; null where it was not measured. */
export interface DepthSize {
  depth: number;
  width: number;
  seed: number;
  size: number | null;
}

/**
 * Fits one quantity along depth, a size a run; a run that shows nothing leaves no fit.
 *
 * Every width and seed has an offset of its own. Points count by √depth: what initial weights do to the mean over blocks
 * falls with their number (variance ∝ 1/depth), what they do to the whole run does not, and this lies between.
 */
export function depthSeries(sizes: readonly DepthSize[]): DepthSeries {
  const blocks = [...new Set(sizes.map(blockOf))];
  const points = sizes.map(({ depth, width, seed, size }): DepthPoint => ({
    depth,
    width,
    seed,
    log2Size: log2(size),
  }));
  const reason = whyNoFit(sizes);
  const sized = sizes.map((one) => ({
    width: one.depth,
    size: one.size ?? Number.NaN,
    block: blocks.indexOf(blockOf(one)),
    weight: Math.sqrt(one.depth),
  }));
  return { points, fit: reason === null ? fitOf(sized) : null, reason };
}

/**
 * The same of a parameter that every block has: the geometric mean over the blocks of each run.
 *
 * All blocks write into one stream and theory asks the same of each, so their mean is the one number of a run; a single
 * block's update follows its own gradient, which under SGD scatters by an octave. The same block of a deeper model also
 * stands in another place, nearer to the start of the stream, so that its slope is not one of depth alone. (Measured on
 * the residual MLP, width 64, SGD, depths 2, 4, 8: intervals of ±.45 for one block, ±.25 for the mean; the second block
 * was off by up to +.5, the mean by +.2.)
 *
 * Runs are the points, not blocks: those of one run share its stream, its readout and its batch.
 */
export function pooledSeries(readings: readonly DepthReading[], what: 'inside' | 'written' | 'initial'): DepthSeries {
  return pooled(readings.map((reading) => ({ ...reading, size: reading[what] })));
}

/** The same of sizes of which a run has several, those that were not measured left out. */
export function pooled(sizes: readonly DepthSize[]): DepthSeries {
  const runs = new Map<string, DepthSize[]>();
  for (const one of sizes) {
    const key = `${one.depth} ${blockOf(one)}`;
    const ofRun = runs.get(key);
    if (ofRun === undefined) runs.set(key, [one]);
    else ofRun.push(one);
  }
  const means = [...runs.values()].flatMap((ofRun): DepthSize[] => {
    const [first] = ofRun;
    return first === undefined ? [] : [{ ...first, size: geometricMean(ofRun.flatMap(({ size }) => size ?? [])) }];
  });
  return depthSeries(means);
}

function geometricMean(sizes: readonly number[]): number | null {
  if (sizes.length === 0) return null;
  return Math.exp(sizes.reduce((sum, size) => sum + Math.log(size), 0) / sizes.length);
}

/** What shares an offset: runs that differ in depth alone. */
function blockOf({ width, seed }: Pick<DepthSize, 'width' | 'seed'>): string {
  return `${width} ${seed}`;
}

function whyNoFit(sizes: readonly DepthSize[]): NoFit | null {
  const values = sizes.map(({ size }) => size);
  if (values.length === 0 || values.includes(null)) return 'missing';
  if (values.includes(0)) return 'exactly-zero';
  if (values.some((size) => log2(size) === null)) return 'non-finite';
  return new Set(sizes.map(({ depth }) => depth)).size < MINIMUM_WIDTHS ? 'too-few-widths' : null;
}

function log2(size: number | null): number | null {
  return size !== null && size > 0 && size < Infinity ? Math.log2(size) : null;
}
