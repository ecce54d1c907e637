import { CASES } from './cases.mjs';
import { runScript } from './child.js';
import { median } from './median.js';
import { runPeer, type Peer } from './peer.js';

/** What either side prints of one case run in a cold process. */
export interface CheckLine {
  /** The check itself, without the process's start and imports. */
  checkMs: number;
  /** Warm steps by width. */
  stepsMs: Record<string, number[]>;
  /** Whole trainings by width, in the order of seeds. */
  trainingsMs: Record<string, number[]>;
  /** Recorded mean |x|. */
  statistics: number;
  maxRssBytes: number;
}

type Round = CheckLine & { wholeMs: number };

/** One side of a case over all rounds. */
export interface Side {
  wholeMs: number;
  maxRssBytes: number;
  statistics: number;
  stepsMs: Map<number, number>;
  /** Start and imports. */
  loadMs: number;
  /** The first training at every width, in sum. */
  firstMs: number;
  /** A later training at every width, in sum. */
  laterMs: number;
}

/** Both sides of a case, medians over rounds; the reason where it could not be run. */
export type CaseResult =
  | { name: string; widths: readonly number[]; ours: Side; peer: Side | null; failure?: undefined }
  | { name: string; widths: readonly number[]; failure: string };

/** How a case is measured. */
export interface MeasureOptions {
  rounds: number;
  engine: string;
  peer: Peer | null;
  /** Only this many of the case's widths, from the narrowest. */
  widthCount: number;
}

/** Runs a case on both sides, alternating: whoever comes second in one round comes first in the next. */
export async function measureCase(name: string, options: MeasureOptions): Promise<CaseResult> {
  const { rounds, engine, peer } = options;
  const widths = CASES[name].widths.slice(0, options.widthCount);
  const ours: Round[] = [];
  const theirs: Round[] = [];
  const runOurs = async () => ours.push(await runScript<CheckLine>('ours.mjs', [name, engine, widths.join(',')]));
  const runTheirs = async () => {
    if (peer !== null) theirs.push(await runPeer(peer, name, { widths, baseWidth: CASES[name].widths[0] }));
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? [runOurs, runTheirs] : [runTheirs, runOurs]) await side();
    }
  } catch (error) {
    return { name, widths, failure: error instanceof Error ? error.message : String(error) };
  }
  return { name, widths, ours: sideOf(ours, widths), peer: peer === null ? null : sideOf(theirs, widths) };
}

function sideOf(rounds: readonly Round[], widths: readonly number[]): Side {
  const over = (f: (round: Round) => number) => median(rounds.map(f));
  const sumOverWidths = (round: Round, f: (trainings: number[]) => number) =>
    widths.reduce((sum, width) => sum + f(round.trainingsMs[width] ?? []), 0);
  return {
    wholeMs: over((round) => round.wholeMs),
    maxRssBytes: over((round) => round.maxRssBytes),
    statistics: over((round) => round.statistics),
    stepsMs: new Map(widths.map((width) => [width, median(rounds.flatMap((round) => round.stepsMs[width] ?? []))])),
    loadMs: over((round) => round.wholeMs - round.checkMs),
    firstMs: over((round) => sumOverWidths(round, ([first = Number.NaN]) => first)),
    laterMs: over((round) => sumOverWidths(round, ([, ...later]) => median(later))),
  };
}
