// Measures every way to train on a GPU that this machine has, each in its own process; prints a table, and writes what
// was found to a file: jiti test/bench/gpu.ts [--widths W,…] [--side N] [--limit S] [--ways NAME;…] [--out FILE].
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { ROOT } from './child.js';

/** What a way prints of one of its parts. */
interface Finding {
  part: string;
  error?: string;
  stepMs?: number;
  queuedMs?: number;
  gflops?: number;
  productMs?: number;
  logits?: number[];
  changes?: number[] | null;
  /** What a check recorded. */
  values?: number[];
}

const { values } = parseArgs({
  options: {
    widths: { type: 'string', default: '256,1024,4096' },
    /** Side of the square matrices of the plain products; 0 leaves them out. */
    side: { type: 'string', default: '4096' },
    /** Seconds a way may take. */
    limit: { type: 'string', default: '60' },
    ways: { type: 'string' },
    out: { type: 'string', default: 'reports/gpu.json' },
    /** Findings of an earlier run, whose cpu is the reference where cpu is not among the ways. */
    reference: { type: 'string' },
  },
});
const { widths, side } = values;
const node = process.execPath;
const allThreads = String(availableParallelism());
const folder = 'test/bench/gpu';
/** @param products - the side of the plain products, where this way computes them */
const ort = (way: string, products: string, threads = '1') => [
  node,
  `${folder}/ort.mjs`,
  ...way.split(' '),
  threads,
  widths,
  products,
];

/** Command lines by way. */
const WAYS: Record<string, readonly string[]> = {
  cpu: [node, `${folder}/tfjs.mjs`, 'cpu', widths, '0'],
  'engine onnx, 1 thread': [node, `${folder}/tfjs.mjs`, 'onnx', widths, side],
  'engine onnx, all threads': [node, `${folder}/tfjs.mjs`, 'onnx', widths, side, allThreads],
  'onnxruntime-node cpu, 1 thread': ort('onnxruntime-node cpu copied', '0'),
  'onnxruntime-node cpu, all threads': ort('onnxruntime-node cpu copied', side, allThreads),
  'onnxruntime-node webgpu, kept': ort('onnxruntime-node webgpu kept', side),
  'onnxruntime-node webgpu, copied': ort('onnxruntime-node webgpu copied', '0'),
  'onnxruntime-node cuda': ort('onnxruntime-node cuda copied', '0'),
  'engine onnx on webgpu': [node, `${folder}/engine-on-webgpu.mjs`, widths, '0'],
  'tfjs-backend-webgpu': [node, `${folder}/tfjs.mjs`, 'webgpu', widths, side],
  'onnxruntime-web webgpu, kept': ort('onnxruntime-web webgpu kept', side),
  'check mlp-adam, engine onnx': [node, `${folder}/check-on-webgpu.mjs`, 'onnx', 'mlp-adam'],
  'check mlp-adam, tfjs-backend-webgpu': [node, `${folder}/check-on-webgpu.mjs`, 'webgpu', 'mlp-adam'],
  'check cnn-adam, engine onnx': [node, `${folder}/check-on-webgpu.mjs`, 'onnx', 'cnn-adam'],
  'check cnn-adam, tfjs-backend-webgpu': [node, `${folder}/check-on-webgpu.mjs`, 'webgpu', 'cnn-adam'],
  'engine tfjs-node-gpu': [node, `${folder}/tfjs.mjs`, 'tfjs-node-gpu', widths, side],
  'PyTorch cuda': ['python3', `${folder}/torch_way.py`, 'cuda', widths, side],
};

/** The reference takes minutes at width 4096. */
const CPU_PATIENCE = 10;

const chosen = values.ways?.split(';') ?? Object.keys(WAYS);
const found: Record<string, Finding[]> = {};
if (values.reference !== undefined) {
  const earlier = JSON.parse(await readFile(values.reference, 'utf8')) as Record<string, Finding[]>;
  found['cpu'] = earlier['cpu'] ?? [];
}
for (const way of chosen) {
  const command = WAYS[way];
  if (command === undefined) throw new Error(`no such way: ${way}; there are ${Object.keys(WAYS).join('; ')}`);
  const start = performance.now();
  found[way] = await measure(command, Number(values.limit) * (way === 'cpu' ? CPU_PATIENCE : 1) * 1000);
  console.log(`## ${way} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  for (const finding of found[way]) console.log(`  ${line(finding)}`);
  // After each: what comes later may be cut short.
  await writeFile(values.out, JSON.stringify(found));
}

/** Runs a way until it ends or its time is over; what it had printed by then counts. */
function measure([command = '', ...args]: readonly string[], limitMs: number): Promise<Finding[]> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
    const end = (how: string | null) => {
      clearTimeout(timer);
      const lines = output.split('\n').filter((text) => text.startsWith('{'));
      const findings = lines.map((text) => JSON.parse(text) as Finding);
      const last = errors.trim().split('\n').slice(-6).join(' | ');
      if (how !== null) findings.push({ part: 'end', error: `${how} ${last}` });
      else if (last !== '') findings.push({ part: 'stderr', error: last });
      resolve(findings);
    };
    child.on('error', (error) => end(error.message));
    child.on('close', (code, signal) => end(code === 0 ? null : (signal ?? `exit code ${code}`)));
  });
}

function line({ part, logits, changes, values: _values, ...rest }: Finding): string {
  const reference = found['cpu']?.find((finding) => finding.part === part);
  const agreement =
    logits === undefined || reference?.logits === undefined
      ? ''
      : ` logits off by ${distance(logits, reference.logits)}, changes by ${distance(changes, reference.changes)}`;
  return `${part}: ${JSON.stringify(rest)}${agreement}`;
}

/** Root mean square of the difference over that of the reference. */
function distance(a: readonly number[] | null | undefined, b: readonly number[] | null | undefined): string {
  if (!a || !b) return 'unknown';
  const square = (sum: number, value: number) => sum + value * value;
  return Math.sqrt(a.map((value, i) => value - b[i]).reduce(square, 0) / b.reduce(square, 0)).toExponential(1);
}
