import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const MAIN = join(ROOT, 'dist/cli/main.js');

/** What a finished command left. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts the built command line; `npm test` builds it first. */
export function start(args: readonly string[], cwd = ROOT): { child: ChildProcess; finished: Promise<Finished> } {
  const env = { ...process.env, NO_COLOR: '1', NODE_ENV: 'production' };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) child[stream].on('data', (chunk) => (text[stream] += chunk));
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, ...text }));
  });
  return { child, finished };
}

/** Runs the built command line to its end. */
export function coordcheck(args: readonly string[], cwd = ROOT): Promise<Finished> {
  return start(args, cwd).finished;
}

/** A folder of its own, with files in it. */
export function folderWith(files: Readonly<Record<string, string>>, under = tmpdir()): string {
  mkdirSync(under, { recursive: true });
  const folder = mkdtempSync(join(under, 'coordcheck-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** The path of a model among the fixtures. */
export function fixture(name: string): string {
  return join('fixtures/models', `${name}.ts`);
}
