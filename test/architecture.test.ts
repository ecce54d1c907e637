import { describe, expect, it } from 'vitest';
import { circles, importGraph, reached, type Edge } from './import-graph.js';

const graph = importGraph();
const files = new Set(graph.map(({ path }) => path));
const edges = graph.flatMap((file) => file.edges);

/** Folders and top-level files, lowest layer first; imports go only downwards. */
const LAYERS = [
  [
    'errors.ts',
    'mup-errors.ts',
    'transfer-errors.ts',
    'glob.ts',
    'parameter-name.ts',
    'visible.ts',
    'engine',
    'parametrization',
  ],
  ['records', 'parallel'],
  ['mup'],
  ['model'],
  ['capture'],
  ['analysis'],
  ['verdict'],
  ['check.ts', 'report', 'matchers'],
  ['transfer', 'prescription'],
  ['cli'],
  ['index.ts'],
];

/** What a place may import at run time, besides the files of the lowest layer; a place not named: anything below. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  engine: [],
  parametrization: [],
  records: [],
  parallel: [],
  mup: ['parametrization', 'engine'],
  model: ['mup', 'parametrization', 'engine'],
  capture: ['model', 'records', 'parallel', 'engine'],
  analysis: ['records'],
  verdict: ['analysis', 'records', 'parametrization'],
  report: ['verdict'],
  matchers: ['verdict'],
};

/** The files of each folder that may be imported from outside it. */
const DOORS: Record<string, readonly string[]> = {
  engine: ['engine.ts', 'tf.ts', 'open-engine.ts', 'random.ts', 'initializers.ts', 'hash.ts', 'kernel-watch.ts'],
  parametrization: ['abc.ts', 'calculus.ts', 'optimizer-family.ts', 'role.ts'],
  records: [
    'record.ts',
    'run.ts',
    'trial.ts',
    'prescription.ts',
    'record-set.ts',
    'records-file.ts',
    'journal.ts',
    'trials-file.ts',
    'write-atomically.ts',
    'make-folder.ts',
  ],
  parallel: ['pool.ts', 'serve.ts', 'worker-lost.ts'],
  mup: ['index.ts', 'parameters.ts', 'anew.ts', 'optimizer-settings.ts'],
  model: [
    'definition.ts',
    'load.ts',
    'normalize.ts',
    'tap.ts',
    'trainee.ts',
    'batch.ts',
    'batch-stream.ts',
    'flops.ts',
    'objective.ts',
    'optimizer.ts',
    'scaling-remarks.ts',
    'prescribed.ts',
  ],
  capture: ['capture.ts', 'trials.ts', 'progress.ts', 'keep-journal.ts'],
  analysis: [
    'analyze.ts',
    'series.ts',
    'slope.ts',
    'half-integer.ts',
    'epsilon-share.ts',
    'resolution.ts',
    'paired.ts',
    'sweep-table.ts',
    'score-grid.ts',
    'optimum.ts',
    'drift.ts',
    'regret.ts',
    'wider-is-better.ts',
  ],
  verdict: [
    'judge.ts',
    'result.ts',
    'result-schema.ts',
    'rules.ts',
    'prescription.ts',
    'judge-sweep.ts',
    'sweep-result.ts',
    'sweep-schema.ts',
    'tune-result.ts',
    'untransferable.ts',
  ],
  report: ['render.ts', 'terminal/wrap.ts'],
  matchers: [],
  prescription: ['prescribe.ts'],
  transfer: ['sweep.ts', 'tune.ts'],
  cli: ['config-file.ts'],
};

/** Where packages that are heavy, or that must exist once, may be named. */
const PACKAGE_PLACES: [RegExp, RegExp][] = [
  [/^(@tensorflow\/|onnxruntime-node)/, /^engine\//],
  [/^arquero$/, /^(records|analysis)\//],
  [/^vega/, /^report\/(charts|client)\//],
  [/^vitest$/, /^matchers\/vitest\.ts$/],
];

/** Folders that start fast and run without TF.js. */
const WALLED = new Set(['records', 'analysis', 'verdict', 'report', 'matchers']);
/** Files of the lowest layer that anything may import. */
const LOWEST = new Set(LAYERS[0].filter((name) => name.endsWith('.ts')));

/** The folder below src a file is in, or a top-level file's own name. */
function place(path: string): string {
  return path.split('/')[0] ?? path;
}

/** An edge as a failure shows it. */
function shown({ from, to, kind }: Edge): string {
  return `${from} → ${to}${kind === 'static' ? '' : ` (${kind})`}`;
}

function layer(path: string): number {
  return LAYERS.findIndex((places) => places.includes(place(path)));
}

function isUpward({ from, to }: Edge): boolean {
  return layer(to) >= layer(from) && !LOWEST.has(to);
}

function isForbidden({ from, to, kind }: Edge): boolean {
  const allowed = MAY_IMPORT[place(from)];
  return kind !== 'type' && !LOWEST.has(to) && allowed !== undefined && !allowed.includes(place(to));
}

function isSideEntrance({ to }: Edge): boolean {
  return to.includes('/') && !DOORS[place(to)]?.includes(to.replace(/^[^/]+\//, ''));
}

function isMisplaced({ from, to }: Edge): boolean {
  return PACKAGE_PLACES.some(([name, where]) => name.test(to) && !where.test(from));
}

const inner = edges.filter(({ isPackage }) => !isPackage);
const crossing = inner.filter(({ from, to }) => place(from) !== place(to));

describe('the import graph', () => {
  it('is read: it knows the edges this project stands on', () => {
    expect(inner.map(shown)).toContain('matchers/vitest.ts → matchers/matchers.ts');
    expect(inner.map(shown)).toContain('cli/program.ts → cli/check-command.ts (dynamic)');
    expect(inner.map(shown)).toContain('check.ts → verdict/result.ts (type)');
    expect(edges.map(shown)).toContain('engine/tf.ts → @tensorflow/tfjs-core (type)');
  });

  it('leads only to files that exist', () => {
    expect(inner.filter(({ to }) => !files.has(to)).map(shown)).toEqual([]);
  });

  it('has no circle, types and lazy imports included', () => {
    expect(circles(graph).map((circle) => circle.join(' → '))).toEqual([]);
  });

  it('has a layer for every folder and top-level file', () => {
    expect([...files].filter((path) => layer(path) < 0)).toEqual([]);
  });

  it('goes only downwards', () => {
    expect(crossing.filter(isUpward).map(shown)).toEqual([]);
  });

  it('goes, at run time, only where the layer table says', () => {
    expect(crossing.filter(isForbidden).map(shown)).toEqual([]);
  });

  it('enters a folder only through its doors', () => {
    expect(crossing.filter(isSideEntrance).map(shown)).toEqual([]);
  });

  it('keeps records, analysis, verdict, report and matchers away from the engine at run time', () => {
    const walled = graph.filter(({ path }) => WALLED.has(place(path)));
    const through = walled.flatMap(({ path }) =>
      [...reached(graph, path, ['static', 'dynamic'])]
        .filter((to) => to.startsWith('engine/'))
        .map((to) => `${path} → ${to}`),
    );
    expect(through).toEqual([]);
  });

  it('names heavy packages only in their places', () => {
    expect(edges.filter(isMisplaced).map(shown)).toEqual([]);
  });
});

describe('a source folder', () => {
  it('is named after what it holds', () => {
    const banned = /(^|\/)(utils?|helpers?|common|lib|types|misc|shared)\//;
    expect([...files].filter((path) => banned.test(path))).toEqual([]);
  });

  it('holds files of at most 300 lines', () => {
    expect(graph.filter(({ lines }) => lines > 301).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});

describe('the command line', () => {
  it('loads next to nothing for --help', () => {
    const loaded = [...reached(graph, 'cli/main.ts', ['static'])].filter((path) => !path.startsWith('node:'));
    expect(loaded.toSorted()).toEqual([
      'cli/exit-code.ts',
      'cli/flags.ts',
      'cli/main.ts',
      'cli/program.ts',
      'cli/run.ts',
      'cli/terminal.ts',
      'cli/version.ts',
      'commander',
      'errors.ts',
      'mup-errors.ts',
      'transfer-errors.ts',
      'visible.ts',
    ]);
  });

  it.each(['cli/report-command.ts', 'cli/rules-command.ts', 'cli/init-command.ts'])(
    'never loads TF.js in %s',
    (path) => {
      const loaded = [...reached(graph, path, ['static'])];
      expect(loaded.filter((each) => each.startsWith('@tensorflow') || each === 'engine/tf.ts')).toEqual([]);
    },
  );
});
