import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import util from 'node:util';

/** The native TF.js packages. */
export type NativePackage = '@tensorflow/tfjs-node-gpu' | '@tensorflow/tfjs-node';

/** What a probe finds: whether the package computes here, and on a GPU or not, or in one sentence why not. */
export type NativeProbe = { usable: true; gpu: boolean } | { usable: false; reason: string };

/** Loading a native package, CUDA included, takes 1 to 10 s; one that takes longer hangs. */
const PROBE_LIMIT_MS = 60_000;

/**
 * Loads the package and multiplies once, in a process of its own: a broken addon may end the process that loads it.
 * The last line of its output is the finding as JSON; TensorFlow writes lines of its own before it.
 */
const PROBE_PROGRAM = `
  const util = require('node:util');
  util.isNullOrUndefined ??= (value) => value == null;
  util.isArray ??= Array.isArray;
  const say = (finding) => console.log('\\n' + JSON.stringify(finding));
  try {
    const tf = require(process.argv[1]);
    const product = tf.tensor2d([[2]]).matMul(tf.tensor2d([[3]])).dataSync()[0];
    say(product === 6 ? { gpu: tf.backend().isUsingGpuDevice === true } : { error: '2 · 3 came out as ' + product });
  } catch (error) {
    say({ error: String(error && error.message) });
  }`;

/**
 * Where a package's main module lies, seen from the first of these files that can see it; undefined when it is
 * installed for none. Takes well under a millisecond and starts nothing.
 */
export function locate(name: string, from: readonly string[]): string | undefined {
  for (const file of from) {
    try {
      return createRequire(file).resolve(name);
    } catch {
      // Not visible from here: the next place may see it.
    }
  }
  return undefined;
}

/**
 * Finds out whether a native TF.js package computes on this machine, without risking this process.
 *
 * Starts a child process only when the package is installed. Tells *absent* from *present without its addon* (its
 * install script, which fetches the addon from outside the registry, was blocked or failed).
 *
 * @param from - files from which the package is looked for, in order: this package's own, then the user's project
 */
export async function probeNative(name: NativePackage, from: readonly string[]): Promise<NativeProbe> {
  const main = locate(name, from);
  if (main === undefined) return { usable: false, reason: `the package ${name} is not installed` };
  const own = locate('@tensorflow/tfjs-core', [import.meta.url]);
  const its = locate('@tensorflow/tfjs-core', [main]);
  if (its !== undefined && its !== own) {
    return {
      usable: false,
      reason: `${name} brings a second copy of TF.js, ${its}, beside ${own}; one has to serve both (npm dedupe)`,
    };
  }
  return interpret(name, main, await runProbe(main));
}

/** What Node 23 and later took away and the native packages still call (tensorflow/tfjs#8609). */
export function restoreRemovedUtil(): void {
  const node = util as unknown as Record<string, unknown>;
  node['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  node['isArray'] ??= Array.isArray;
}

interface ProbeRun {
  output: string;
  /** How the process ended, when not by itself with code 0. */
  end?: string;
}

function runProbe(main: string): Promise<ProbeRun> {
  // TensorFlow's own log would drown the finding, and is of no use to the user. And one product needs little of a GPU's
  // memory, of which other processes may hold much.
  const env = { TF_FORCE_GPU_ALLOW_GROWTH: 'true', ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  return new Promise((resolve) => {
    const options = { env, timeout: PROBE_LIMIT_MS, killSignal: 'SIGKILL' as const };
    execFile(process.execPath, ['-e', PROBE_PROGRAM, main], options, (error, output) => {
      if (!error) resolve({ output });
      else if (error.killed) resolve({ output, end: `was stopped after ${PROBE_LIMIT_MS / 1000} s` });
      else resolve({ output, end: error.signal ? `ended by ${error.signal}` : `exited with code ${error.code}` });
    });
  });
}

function interpret(name: NativePackage, main: string, { output, end }: ProbeRun): NativeProbe {
  if (end) return { usable: false, reason: `${name} is installed, but a process that loads it ${end}` };
  const lastLine = output.trim().split('\n').at(-1)!;
  // A package that calls process.exit(0) ends well and leaves no finding.
  if (!lastLine.startsWith('{')) return { usable: false, reason: `${name} is installed at ${main} but said nothing` };
  const finding = JSON.parse(lastLine) as { gpu?: boolean; error?: string };
  if (finding.error === undefined) return { usable: true, gpu: finding.gpu === true };
  const withoutAddon = /tfjs_binding\.node|native addon/i.test(finding.error);
  const reason = withoutAddon
    ? `${name} is installed at ${main} without its native addon: its install script did not run or could not fetch it`
    : `${name} is installed at ${main} but does not load: ${finding.error.split('\n', 1)[0]}`;
  return { usable: false, reason };
}
