import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CASES } from './cases.mjs';
import { ROOT, run, runScript } from './child.js';
import { paired, type Comparison } from './comparison.js';
import { median } from './median.js';

/** The models whose instrumentation is measured. */
const SUBJECTS = [
  { name: 'mlp-adam', width: 1024 },
  { name: 'transformer-adam', width: 512 },
];

/** The checks that are run as a user runs them. */
const DEFAULT_CHECKS = ['fixtures/models/mnist-mlp-mup-adam.ts', 'fixtures/models/text-transformer.ts'];

/** A warm step may cost this much more than one of bare training. */
const INSTRUMENTATION_TARGET = 1.1;
/** A check with isolated updates may take this much longer than one of changes alone. */
const ISOLATION_TARGET = 1.8;

type Mode = 'bare' | 'activations' | 'changes' | 'all';

/** What a mode prints: warm steps, and with `changes` and `all` the time of three whole trainings. */
interface OverheadLine {
  stepsMs: number[];
  runMs?: number;
}

/** What our own measuring costs: against bare training, and isolated updates against none. Both in cold processes. */
export async function measureOverhead(
  names: readonly string[],
  { rounds, engine, widthCount }: { rounds: number; engine: string; widthCount: number },
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const { name, width: full } of SUBJECTS.filter((subject) => names.includes(subject.name))) {
    const width = Math.min(full, CASES[name].widths[widthCount - 1] ?? full);
    const lines: Record<Mode, OverheadLine[]> = { bare: [], activations: [], changes: [], all: [] };
    for (let round = 0; round < rounds; round += 1) {
      const modes = Object.keys(lines) as Mode[];
      for (const mode of round % 2 === 0 ? modes : modes.toReversed()) {
        lines[mode].push(await runScript<OverheadLine>('overhead.mjs', [name, String(width), mode, engine]));
      }
    }
    const steps = (mode: Mode) => lines[mode].map(({ stepsMs }) => median(stepsMs));
    const wholes = (mode: Mode) => lines[mode].map(({ runMs = Number.NaN }) => runMs);
    comparisons.push(
      {
        what: `${name} ${width}: a warm step that records activations, against bare training`,
        rounds: paired(steps('activations'), steps('bare')),
        target: INSTRUMENTATION_TARGET,
      },
      {
        what: `${name} ${width}: a 4-step check with isolated updates, against one of changes alone`,
        rounds: paired(wholes('all'), wholes('changes')),
        target: ISOLATION_TARGET,
      },
    );
  }
  return comparisons;
}

/** Wall time of the checks users run first, with all defaults. */
export interface DefaultCheck {
  model: string;
  wholeMs: number;
  exitCode: number | null;
}

/** Runs the command line on the fixtures that exist. */
export async function measureDefaultChecks(rounds: number, engine: string): Promise<DefaultCheck[]> {
  // A bench is not to be steered by settings meant for checks.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COORDCHECK_')));
  const checks: DefaultCheck[] = [];
  for (const model of DEFAULT_CHECKS.filter((file) => existsSync(path.join(ROOT, file)))) {
    const times: number[] = [];
    let exitCode: number | null = null;
    for (let round = 0; round < rounds; round += 1) {
      const out = await mkdtemp(path.join(tmpdir(), 'coordcheck-bench-'));
      const args = ['dist/cli/main.js', model, '--out', out, '--engine', engine, '--quiet'];
      const finished = await run(process.execPath, args, env);
      await rm(out, { recursive: true });
      times.push(finished.wholeMs);
      exitCode = finished.code;
    }
    checks.push({ model, wholeMs: median(times), exitCode });
  }
  return checks;
}
