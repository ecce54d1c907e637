import { CASES, RECORDED_STEPS, SEEDS, WARM } from './cases.mjs';
import { runScript } from './child.js';
import { median } from './median.js';
import { runPeer, type Peer } from './peer.js';

/** What either side prints of one case run in a cold process. */
export interface CheckLine {
  /** The check itself, without the process's start and imports. */
  checkMs: number;
  /** Steps by width, in the order of training. */
  stepsMs: Record<string, number[]>;
  /** Whole trainings by width, in the order of seeds. */
  trainingsMs: Record<string, number[]>;
  /** Recorded mean |x|. */
  statistics: number;
  maxRssBytes: number;
}

type Timed = CheckLine & { wholeMs: number };

/** One side of a case: what is compared by rounds, the rest as medians over them. */
export interface Side {
  wholeMs: readonly number[];
  maxRssBytes: readonly number[];
  /** By width; of each round the median. */
  stepsMs: ReadonlyMap<number, readonly number[]>;
  statistics: number;
  /** Start and imports. */
  loadMs: number;
  /** The first training at every width, in sum. */
  firstMs: number;
  /** A later training at every width, in sum. */
  laterMs: number;
}

/** Both sides of a case; the reason where it could not be run. */
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

/** What one process trains. */
interface Trainings {
  over: readonly number[];
  seeds: number;
  passes: number;
}

const SIDES = ['ours', 'theirs'] as const;

/**
 * Runs a case on both sides, alternating: whoever comes second in one round comes first in the next. Each round has the
 * whole check in a cold process, then at every width a longer training for the warm steps in a process of its own, so
 * that what is compared is measured within seconds.
 */
export async function measureCase(name: string, options: MeasureOptions): Promise<CaseResult> {
  const { rounds, engine, peer } = options;
  const { widths: all, short } = CASES[name];
  const widths = all.slice(0, options.widthCount);
  const cold = { ours: [] as Timed[], theirs: [] as Timed[] };
  const warm = { ours: warmRounds(widths), theirs: warmRounds(widths) };
  const run = async (side: (typeof SIDES)[number], { over, seeds, passes }: Trainings) => {
    if (side === 'theirs') return peer && runPeer(peer, name, { widths: over, baseWidth: all[0], seeds, passes });
    return runScript<CheckLine>('ours.mjs', [name, engine, over.join(','), String(seeds), String(passes)]);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      const sides = round % 2 === 0 ? SIDES : SIDES.toReversed();
      for (const side of sides) {
        const check = await run(side, { over: widths, seeds: SEEDS, passes: RECORDED_STEPS });
        if (check !== null) cold[side].push(check);
      }
      for (const width of widths) {
        const { passes, counted } = width < short ? WARM.short : WARM.long;
        for (const side of sides) {
          const training = await run(side, { over: [width], seeds: 1, passes });
          if (training !== null) warm[side].get(width)!.push(median(training.stepsMs[width].slice(-counted)));
        }
      }
    }
  } catch (error) {
    return { name, widths, failure: error instanceof Error ? error.message : String(error) };
  }
  const theirs = peer === null ? null : sideOf(cold.theirs, warm.theirs, widths);
  return { name, widths, ours: sideOf(cold.ours, warm.ours, widths), peer: theirs };
}

function warmRounds(widths: readonly number[]): Map<number, number[]> {
  return new Map(widths.map((width) => [width, []]));
}

function sideOf(cold: readonly Timed[], stepsMs: Side['stepsMs'], widths: readonly number[]): Side {
  const over = (f: (check: Timed) => number) => median(cold.map(f));
  const sumOverWidths = (check: Timed, f: (trainings: number[]) => number) =>
    widths.reduce((sum, width) => sum + f(check.trainingsMs[width] ?? []), 0);
  return {
    wholeMs: cold.map(({ wholeMs }) => wholeMs),
    maxRssBytes: cold.map(({ maxRssBytes }) => maxRssBytes),
    stepsMs,
    statistics: over((check) => check.statistics),
    loadMs: over((check) => check.wholeMs - check.checkMs),
    firstMs: over((check) => sumOverWidths(check, ([first = Number.NaN]) => first)),
    laterMs: over((check) => sumOverWidths(check, ([, ...later]) => median(later))),
  };
}
