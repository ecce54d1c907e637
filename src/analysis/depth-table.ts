import type { RecordRow } from '../records/record.js';
import { runKey } from '../records/record-set.js';
import type { RunRecord } from '../records/run.js';
import { findBlocks, type Blocks, type CommonParameter, type DepthPlace } from './depth-blocks.js';
import { commonName, kindOf } from './depth-names.js';
import { depthModel, measuredRun, readingsOf, type DepthReading, type MeasuredRun } from './depth-readings.js';
import { depthTaps, growingTaps, type DepthTap, type TapKind } from './depth-taps.js';

/** A parameter that models of every depth have; one that is in blocks stands for those of all blocks. */
export interface DepthParameter {
  parameter: string;
  place: DepthPlace;
  /** The stage that its blocks are in. */
  stage: number | null;
  /** Where its isolated update first shows, and where it is written into the stream; what such taps have in common. */
  taps: { inside: string; written: string | null };
  step: number;
  /** One a block and run; fitted by {@link pooledSeries}. */
  readings: readonly DepthReading[];
}

/** Slopes along depth. */
export interface DepthAnalysis {
  /** In ascending order. */
  depths: number[];
  /** What the taps of each stage's residual stream have in common; null where none is written into. */
  streams: (string | null)[];
  taps: DepthTap[];
  parameters: DepthParameter[];
}

/**
 * Turns records of several depths into slopes of log2 size on log2 depth; null where there is one depth or none.
 *
 * The blocks of every depth are compared, stage by stage, and what stands in front of, between and behind them ({@link
 * findBlocks}). The end of a residual stream has another index at every depth: it is the last tap of its kind, a kind
 * being the names that differ by a number alone, with more of them in deeper models.
 * Points of all widths count, every width and seed with an offset of its own.
 */
export function depthTable(runs: readonly RunRecord[], rows: readonly RecordRow[]): DepthAnalysis | null {
  const finished = runs.filter(({ state }) => state === 'finished');
  const depths = [...new Set(finished.flatMap(({ depth }) => depth ?? []))].toSorted((a, b) => a - b);
  const [first] = finished;
  if (depths.length < 2 || first === undefined) return null;
  const byRun = new Map(finished.map((run) => [runKey(run), [] as RecordRow[]]));
  for (const row of rows) byRun.get(runKey(row))?.push(row);
  const measured = finished.map((run) => measuredRun(run, byRun.get(runKey(run)) ?? []));
  const ofWidth = measured.filter(({ run }) => run.width === first.width && run.seed === first.seed);
  const blocks = findBlocks(ofWidth.map(depthModel));
  const kinds = growingTaps(ofWidth, blocks);
  const parameters = blocks.parameters.map((common) => depthParameter(common, { measured, kinds }));
  const streams = streamsOf(blocks, parameters);
  const written = new Set(streams.filter((stream) => stream !== null));
  return { depths, streams, taps: depthTaps(kinds, measured, written), parameters };
}

function depthParameter(
  common: CommonParameter,
  { measured, kinds }: { measured: readonly MeasuredRun[]; kinds: readonly TapKind[] },
): DepthParameter {
  const { name, place, stage } = common;
  const { step, readings, taps } = readingsOf(common, measured);
  // Only blocks write into a stream: elsewhere an initial bias looks like an addition.
  const isWriter = (place === 'block' || place === 'shared') && taps.written.length > 0;
  // What all blocks share is written at its first use, into the stream that the others go on in.
  const stream = kinds.find(({ kind, stage: of }) => kind === kindOf(taps.written[0] ?? '') && (of ?? stage) === stage);
  const written = isWriter ? (stream?.label ?? commonName(taps.written)) : null;
  return {
    parameter: name,
    place,
    stage,
    taps: { inside: commonName(taps.inside), written },
    step,
    readings: isWriter ? readings : readings.map((reading) => ({ ...reading, written: null })),
  };
}

function streamsOf({ parameters }: Blocks, found: readonly DepthParameter[]): (string | null)[] {
  const stages = Math.max(
    0,
    ...parameters.flatMap(({ place, stage }) => (place === 'block' || place === 'shared' ? (stage ?? 0) + 1 : [])),
  );
  return Array.from({ length: stages }, (_, stage) => {
    const writers = found.filter((one) => one.stage === stage && one.taps.written !== null);
    return writers.at(-1)?.taps.written ?? null;
  });
}
