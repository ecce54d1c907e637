import type { RecordHeader, RunRecord } from '../records/run.js';
import { brokenAtStart } from './broken-run.js';
import { hasDepths, isOfWidth, type GateResult } from './result.js';

/** What gates look at: the plan of the check, and what came of its runs. */
export interface GateEvidence {
  header: RecordHeader;
  runs: readonly RunRecord[];
  /** Whether every parameter has a gradient and stays exactly where it is. */
  isStill?: boolean;
  /** A tap with a size that is not finite. Our own runs end there; those of records made elsewhere may go on. */
  notFinite?: string | null;
}

/** A self-gate: a condition without which no verdict could mean anything. Null where it holds. */
interface Gate {
  id: string;
  title: string;
  /** Whether it has anything to say of this check; always unless given. */
  applies?(header: RecordHeader): boolean;
  check(evidence: GateEvidence): { reason: string; settle: string } | null;
}

/** Slopes over less than this factor in width cannot tell ½ from finite-width corrections. */
export const MINIMUM_SPAN = 8;
export const MINIMUM_WIDTHS = 3;
export const MINIMUM_SEEDS = 2;
/** Exponents of depth are multiples of ½ as well; models of few blocks are cheap to have more of. */
export const MINIMUM_DEPTHS = 3;
export const MINIMUM_DEPTH_SPAN = 4;

const GATES: readonly Gate[] = [
  {
    id: 'runs-finished',
    title: 'Every run was made',
    check: ({ header, runs }) => {
      const { widths, depths, seeds } = header.config;
      const planned = widths.length * (depths?.length ?? 1) * seeds.length;
      const failed = runs.find(({ state }) => state === 'failed');
      if (failed !== undefined) {
        const reason = `the run of width ${failed.width}, seed ${failed.seed} failed: ${failed.error ?? 'unknown'}`;
        return { reason, settle: 'mend the model at that width' };
      }
      if (runs.length >= planned) return null;
      return { reason: `${planned - runs.length} of ${planned} runs are missing`, settle: 'repeat with --resume' };
    },
  },
  {
    id: 'enough-depths',
    title: `At least ${MINIMUM_DEPTHS} depths over a factor of ${MINIMUM_DEPTH_SPAN}`,
    applies: hasDepths,
    check: ({ header: { config } }) => {
      const depths = config.depths ?? [];
      const span = Math.max(...depths) / Math.min(...depths);
      if (depths.length >= MINIMUM_DEPTHS && span >= MINIMUM_DEPTH_SPAN) return null;
      const reason = `${depths.length} depths over a factor of ${span}`;
      const settle = `give at least ${MINIMUM_DEPTHS} depths, the deepest ${MINIMUM_DEPTH_SPAN}× the shallowest`;
      return { reason, settle };
    },
  },
  {
    id: 'depth-changes',
    title: 'Models of different depths differ',
    applies: hasDepths,
    check: ({ runs }) => {
      // Wider models may pass a place more often, so only those of one width are compared.
      const width = measured(runs)[0]?.width;
      const ofWidth = measured(runs).filter((run) => run.width === width);
      const structures = new Set(ofWidth.map(structure));
      const depths = new Set(ofWidth.map(({ depth }) => depth));
      if (structures.size >= depths.size || depths.size < 2) return null;
      const reason = 'models of different depths have the same parameters, used as often: the depth changes nothing';
      return { reason, settle: 'use `depth` in build()' };
    },
  },
  {
    id: 'enough-widths',
    applies: isOfWidth,
    title: `At least ${MINIMUM_WIDTHS} widths over a factor of ${MINIMUM_SPAN}`,
    check: ({ header: { config } }) => {
      const span = Math.max(...config.widths) / Math.min(...config.widths);
      if (config.widths.length >= MINIMUM_WIDTHS && span >= MINIMUM_SPAN) return null;
      const reason = `${config.widths.length} width${config.widths.length === 1 ? '' : 's'} over a factor of ${span}`;
      return { reason, settle: `give at least ${MINIMUM_WIDTHS} widths, the widest ${MINIMUM_SPAN}× the narrowest` };
    },
  },
  {
    id: 'enough-seeds',
    title: `At least ${MINIMUM_SEEDS} seeds`,
    check: ({ header: { config } }) =>
      config.seeds.length >= MINIMUM_SEEDS
        ? null
        : { reason: 'one seed has no error to tell noise from a slope', settle: 'give --seeds 3' },
  },
  {
    id: 'shapes-change',
    applies: isOfWidth,
    title: 'Parameter shapes change with width',
    check: ({ runs }) => {
      const depth = runs[0]?.depth;
      const ofDepth = measured(runs).filter((run) => run.depth === depth);
      const shapes = new Set(ofDepth.map(({ parameters }) => JSON.stringify(parameters.map((p) => p.shape))));
      const widths = new Set(measured(runs).map(({ width }) => width));
      if (shapes.size > 1 || widths.size < 2) return null;
      const reason = 'every parameter has the same shape at every width: the width changes nothing';
      return { reason, settle: 'use `width` in build()' };
    },
  },
  {
    id: 'taps-agree',
    title: 'Every run has the same taps and parameters',
    check: ({ runs }) => {
      const depths = new Set(measured(runs).map(({ depth }) => depth));
      const obstacles = [...depths].map((depth) => disagreement(measured(runs).filter((run) => run.depth === depth)));
      return obstacles.find((obstacle) => obstacle !== null) ?? null;
    },
  },
  {
    id: 'same-batch',
    title: 'Every width saw the same batches',
    check: ({ runs }) => {
      const hashes = new Map<number, string>();
      for (const { seed, batchHash } of measured(runs)) {
        if ((hashes.get(seed) ?? batchHash) !== batchHash) {
          const reason = `the batches of seed ${seed} differ between widths`;
          return { reason, settle: 'make batch() depend on seed and step alone' };
        }
        hashes.set(seed, batchHash);
      }
      return null;
    },
  },
  {
    id: 'distinct-weights',
    title: 'Seeds start from different weights',
    check: ({ runs }) => {
      const seen = new Map<string, number>();
      for (const { width, depth, seed, weightsHash } of measured(runs)) {
        // One seed may start from the same weights at every depth: shared by all blocks.
        const start = `${width} ${depth} ${weightsHash}`;
        const other = seen.get(start);
        if (other !== undefined) {
          const reason = `seeds ${other} and ${seed} start from the same weights at width ${width}`;
          return { reason, settle: 'leave initializers unseeded, or seed them from `seed` in build()' };
        }
        seen.set(start, seed);
      }
      return null;
    },
  },
  {
    id: 'repeatable',
    title: 'A pass repeated with the same seed is the same',
    check: ({ runs }) => {
      if (measured(runs).every(({ isRepeatable = true }) => isRepeatable)) return null;
      const reason = 'two passes with the same seed differ: the model draws from generators of its own';
      return { reason, settle: 'draw from Math.random, or leave TF.js’s random operations without a seed' };
    },
  },
  {
    id: 'rate-not-zero',
    title: 'The learning rate is not 0',
    check: ({ runs, isStill = false }) => {
      if (isStill)
        return { reason: 'no parameter ever moves: nothing is trained', settle: 'give the rate of the launch' };
      const rates = measured(runs).flatMap(({ learningRates }) => learningRates.filter((rate) => rate !== null));
      if (rates.length === 0 || rates.some((rate) => rate !== 0)) return null;
      return {
        reason: 'the optimizer’s learning rate is 0: nothing is trained',
        settle: 'give the rate of the launch',
      };
    },
  },
  {
    id: 'no-warm-up',
    title: 'The learning rate does not warm up',
    check: ({ runs }) => {
      const warming = measured(runs).find(({ learningRates: [first = null, ...rest] }) =>
        rest.some((rate) => rate !== null && first !== null && rate > first),
      );
      if (warming === undefined) return null;
      const rates = warming.learningRates.map(String).join(', ');
      return {
        reason: `the rate rises during the check (${rates})`,
        settle: 'check at the full rate: warm-up hides the signal',
      };
    },
  },
  {
    id: 'finite',
    title: 'Every value is finite',
    check: ({ header, runs, notFinite = null }) => {
      const diverged = runs.find(({ state }) => state === 'diverged');
      if (diverged === undefined)
        return notFinite === null ? null : { reason: `${notFinite} is not finite`, settle: 'lower the learning rate' };
      const broken = brokenAtStart(runs, header.config.steps);
      if (broken !== null) {
        const reason = `width ${broken.width}, seed ${broken.seed} is not finite before the first update`;
        return { reason, settle: 'mend the initial values or the forward pass, from the first tap that is not finite' };
      }
      const steps = diverged.loss.length;
      const reason = `width ${diverged.width}, seed ${diverged.seed} is not finite within ${steps} step${steps === 1 ? '' : 's'}`;
      return { reason, settle: 'lower the learning rate' };
    },
  },
];

/** Applies every self-gate: each passes, or is inconclusive with its reason and what would settle it. */
export function judgeGates(evidence: GateEvidence): GateResult[] {
  const applied = GATES.filter(({ applies }) => applies?.(evidence.header) ?? true);
  return applied.map(({ id, title, check }) => {
    const obstacle = check(evidence);
    return obstacle === null
      ? { gate: id, title, outcome: 'pass', reason: null, settle: null }
      : { gate: id, title, outcome: 'inconclusive', ...obstacle };
  });
}

/** What depth may change: which parameters there are, how often each is used, and which taps are passed. */
function structure({ parameters, taps }: RunRecord): string {
  const used = parameters.map(({ name, uses = [] }) => [name, uses.map(({ times = 1 }) => times)]);
  return JSON.stringify([used, taps.map(({ name }) => name)]);
}

/** What differs between runs that should have the same taps and parameters; null where nothing does. */
function disagreement(runs: readonly RunRecord[]): { reason: string; settle: string } | null {
  const all = runs.map(({ taps, parameters }) => [...taps, ...parameters].map(({ name }) => name));
  const lists = all.map((names) => names.filter((name) => !isRepeatOfSome(name, all)));
  const other = lists.find((list) => list.join('\n') !== lists[0]?.join('\n'));
  if (other === undefined) return null;
  const odd = [...symmetricDifference(new Set(lists[0]), new Set(other))];
  const reason =
    odd.length === 0
      ? 'their order is not the same in every run'
      : `these are not in every run: ${odd.slice(0, 5).join(', ')}`;
  return { reason, settle: 'build the same layers, called the same number of times, at every width' };
}

function measured(runs: readonly RunRecord[]): RunRecord[] {
  return runs.filter(({ state }) => state !== 'failed');
}

/**
 * Whether a name is a repeat (`logits#5`) that only some runs have, of a place that all have (`logits#1`): with a head
 * for every 64 of width, wider models see a place in an attention more often.
 */
function isRepeatOfSome(name: string, lists: readonly (readonly string[])[]): boolean {
  const stem = /^(.*)#\d+$/.exec(name)?.[1];
  return (
    stem !== undefined && lists.every((list) => list.includes(`${stem}#1`)) && lists.some((l) => !l.includes(name))
  );
}

function symmetricDifference(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...[...a].filter((x) => !b.has(x)), ...[...b].filter((x) => !a.has(x))]);
}
