import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { WORKER_FLAGS } from '../../src/capture/worker-flags.js';

/** A finished process: its time from start to exit, and what it printed. */
export interface Finished {
  wholeMs: number;
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The repository's root, from which every command is run. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command to its end; rejects only where it cannot be started. */
export function run(command: string, args: readonly string[], env = process.env): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ wholeMs: performance.now() - start, code, stdout, stderr }));
  });
}

/**
 * Runs a script whose last line of output is JSON.
 *
 * @returns that line's value, and the time of the whole process
 * @throws Error with the end of what it wrote to stderr, where it fails
 */
export async function runForJson<T>(
  command: string,
  args: readonly string[],
  env = process.env,
): Promise<T & { wholeMs: number }> {
  const { wholeMs, code, stdout, stderr } = await run(command, args, env);
  if (code !== 0) throw new Error(stderr.trim().split('\n').slice(-3).join(' ') || `exit code ${code}`);
  return { ...(JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as T), wholeMs };
}

/** Runs one of this folder's scripts in a Node that is started as a check's workers are. */
export function runScript<T>(script: string, args: readonly string[]): Promise<T & { wholeMs: number }> {
  return runForJson<T>(process.execPath, [...WORKER_FLAGS, `test/bench/${script}`, ...args]);
}
