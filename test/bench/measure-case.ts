import { CASES, RECORDED_STEPS, SEEDS, WARM_PASSES, WARM_STEPS } from './cases.mjs';
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

/** What one process trains. */
interface Trainings {
  over: readonly number[];
  seeds: number;
  passes: number;
}

/**
 * Runs a case on both sides, alternating: whoever comes second in one round comes first in the next. Each round has the
 * whole check in a cold process, and longer trainings for the warm steps, those of short steps in a process of their own.
 */
export async function measureCase(name: string, options: MeasureOptions): Promise<CaseResult> {
  const { rounds, engine, peer } = options;
  const { widths: all, short } = CASES[name];
  const widths = all.slice(0, options.widthCount);
  const lines = { ours: [] as Round[], theirs: [] as Round[], oursWarm: [] as Round[], theirsWarm: [] as Round[] };
  const warmUps = [
    { over: widths.filter((width) => width < short), passes: WARM_PASSES.short },
    { over: widths.filter((width) => width >= short), passes: WARM_PASSES.long },
  ].filter(({ over }) => over.length > 0);
  const run = async (side: 'ours' | 'theirs', { over, seeds, passes }: Trainings) => {
    if (side === 'theirs') return peer && runPeer(peer, name, { widths: over, baseWidth: all[0], seeds, passes });
    return runScript<CheckLine>('ours.mjs', [name, engine, over.join(','), String(seeds), String(passes)]);
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? (['ours', 'theirs'] as const) : (['theirs', 'ours'] as const)) {
        const cold = await run(side, { over: widths, seeds: SEEDS, passes: RECORDED_STEPS });
        if (cold !== null) lines[side].push(cold);
        for (const { over, passes } of warmUps) {
          const warm = await run(side, { over, seeds: 1, passes });
          if (warm !== null) lines[`${side}Warm`].push(warm);
        }
      }
    }
  } catch (error) {
    return { name, widths, failure: error instanceof Error ? error.message : String(error) };
  }
  const theirs = peer === null ? null : sideOf(lines.theirs, lines.theirsWarm, widths);
  return { name, widths, ours: sideOf(lines.ours, lines.oursWarm, widths), peer: theirs };
}

function sideOf(rounds: readonly Round[], warm: readonly Round[], widths: readonly number[]): Side {
  const over = (f: (round: Round) => number) => median(rounds.map(f));
  const sumOverWidths = (round: Round, f: (trainings: number[]) => number) =>
    widths.reduce((sum, width) => sum + f(round.trainingsMs[width] ?? []), 0);
  return {
    wholeMs: over((round) => round.wholeMs),
    maxRssBytes: over((round) => round.maxRssBytes),
    statistics: over((round) => round.statistics),
    stepsMs: new Map(widths.map((width) => [width, median(warm.flatMap(({ stepsMs }) => lastSteps(stepsMs[width])))])),
    loadMs: over((round) => round.wholeMs - round.checkMs),
    firstMs: over((round) => sumOverWidths(round, ([first = Number.NaN]) => first)),
    laterMs: over((round) => sumOverWidths(round, ([, ...later]) => median(later))),
  };
}

function lastSteps(stepsMs: readonly number[] = []): readonly number[] {
  return stepsMs.slice(-WARM_STEPS);
}
