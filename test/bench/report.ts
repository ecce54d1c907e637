import { cpus, totalmem } from 'node:os';
import { RECORDED_STEPS, SEEDS } from './cases.mjs';
import { isMet, peakMemory, ratio, ratios, warmSteps, wholeChecks, type Comparison } from './comparison.js';
import type { CaseResult } from './measure-case.js';
import type { DefaultCheck } from './measure-overhead.js';
import { median } from './median.js';
import type { Peer } from './peer.js';

/** Everything a bench measured. */
export interface BenchResults {
  command: string;
  rounds: number;
  /** Our engine with its version, and its rate of a 64×1024 by 1024×1024 product. */
  engine: { engine: string; gflops: number };
  peer: Peer | null;
  cases: readonly CaseResult[];
  overheads: readonly Comparison[];
  defaultChecks: readonly DefaultCheck[];
}

type Measured = Extract<CaseResult, { failure?: undefined }>;

/** The results as Markdown. */
export function renderReport(results: BenchResults): string {
  const measured = results.cases.filter((result): result is Measured => result.failure === undefined);
  const [whole, steps, memory] = [wholeChecks(measured), warmSteps(measured), peakMemory(measured)];
  return [
    '# Bench: the raw coordinate check against its peer',
    machineLines(results).join('\n'),
    peerSentence(results.peer),
    targetsSentence([...whole, ...steps, ...memory, ...results.overheads]),
    ...failures(results.cases),
    '## Whole check\n\nA cold process from start to exit.',
    comparisonTable(whole, ['ours, s', 'peer, s'], (ms) => (ms / 1000).toFixed(2)),
    '## Warm step\n\nThe last steps of a longer training, from one recorded pass to the next, one update each.',
    comparisonTable(steps, ['ours, ms', 'peer, ms'], (ms) => ms.toFixed(1)),
    '## Peak memory',
    comparisonTable(memory, ['ours, MB', 'peer, MB'], (bytes) => (bytes / 1e6).toFixed(0)),
    '## Cold and warm\n\nStart and imports; then one training at every width, the first and a later one.',
    coldAndWarmTable(measured),
    '## What measuring costs',
    comparisonTable(results.overheads, ['measured, ms', 'without, ms'], (ms) => ms.toFixed(1)),
    '## Default checks\n\nThe command line with all defaults, its report included.',
    table(
      ['model', 'exit code', 's'],
      results.defaultChecks.map(({ model, exitCode, wholeMs }) => [model, String(exitCode), seconds(wholeMs)]),
    ),
  ].join('\n\n');
}

function machineLines({ command, rounds, engine, peer }: BenchResults): string[] {
  const model = cpus()[0]?.model ?? 'unknown processor';
  const torch =
    peer === null
      ? 'none'
      : `PyTorch ${peer.torch} on ${peer.blas}; ${rate(peer.gflops)}, by a transposed matrix ${rate(peer.transposedGflops)}`;
  return [
    `- Command: \`${command}\`, ${new Date().toISOString().slice(0, 10)}`,
    `- Machine: ${model}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB; one thread on each side`,
    `- Ours: Node ${process.versions.node}, engine ${engine.engine}; ${rate(engine.gflops)} (64×1024 by 1024×1024)`,
    `- Peer: ${torch}`,
    `- Rounds: ${rounds}, sides alternating; medians. A ratio is the median of the ratios of the rounds, which need not be the ratio of the medians. Each check: ${SEEDS} seeds, ${RECORDED_STEPS} recorded passes (initial one included) of one fixed batch. After the last recorded pass the peer makes one more update, which nothing reads and ours leaves out.`,
  ];
}

function rate(gflops: number): string {
  return `${gflops.toFixed(0)} GFLOP/s`;
}

function peerSentence(peer: Peer | null): string {
  if (peer === null) {
    return '**There was no peer:** no Python with PyTorch was found, so this run does not meet the comparison.';
  }
  if (peer.kind === 'mup') return 'The peer is `get_coord_data` of the `mup` package, with MuAdam and MuSGD.';
  return (
    '**The peer is a stand-in:** COORDCHECK_MUP names no folder with the `mup` package, so the same protocol ' +
    'was run in plain PyTorch.'
  );
}

function targetsSentence(comparisons: readonly Comparison[]): string {
  const outcomes = comparisons.map((comparison) => isMet(comparison));
  const count = (outcome: boolean | null) => outcomes.filter((each) => each === outcome).length;
  const open = count(null) > 0 ? `, ${count(null)} without a comparison` : '';
  return `Targets: ${count(true)} met, ${count(false)} missed${open}.`;
}

function failures(cases: readonly CaseResult[]): string[] {
  return cases.flatMap(({ name, failure }) => (failure === undefined ? [] : [`**${name} did not run:** ${failure}`]));
}

function comparisonTable(
  comparisons: readonly Comparison[],
  [first, second]: [string, string],
  format: (value: number) => string,
): string {
  const rows = comparisons.map((comparison) => {
    const met = isMet(comparison);
    const all = ratios(comparison);
    const middle = (side: 'first' | 'second') => shown(median(comparison.rounds.map((round) => round[side])), format);
    return [
      comparison.what,
      middle('first'),
      middle('second'),
      shown(ratio(comparison), twoPlaces),
      met === null ? '–' : `${twoPlaces(Math.min(...all))} to ${twoPlaces(Math.max(...all))}`,
      `≤ ${comparison.target.toFixed(2)}`,
      met === null ? '–' : met ? 'met' : '**missed**',
    ];
  });
  return table(['', first, second, 'ratio', 'in rounds', 'target', ''], rows);
}

function coldAndWarmTable(results: readonly Measured[]): string {
  const rows = results.flatMap(({ name, ours, peer }) =>
    [{ side: 'ours', times: ours }, ...(peer === null ? [] : [{ side: 'peer', times: peer }])].map(
      ({ side, times }) => [
        name,
        side,
        seconds(times.loadMs),
        seconds(times.firstMs),
        seconds(times.laterMs),
        String(times.statistics),
      ],
    ),
  );
  return table(['', '', 'start, s', 'first, s', 'later, s', 'statistics'], rows);
}

function seconds(ms: number): string {
  return shown(ms, (value) => (value / 1000).toFixed(2));
}

function twoPlaces(value: number): string {
  return value.toFixed(2);
}

function shown(value: number, format: (value: number) => string): string {
  return Number.isFinite(value) ? format(value) : '–';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'Not measured.';
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---|' : '---:|')).join('')}`, ...rows.map(line)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
