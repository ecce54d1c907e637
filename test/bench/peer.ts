import { existsSync } from 'node:fs';
import path from 'node:path';
import { run, runForJson } from './child.js';
import type { CheckLine } from './measure-case.js';

/** The other side: a Python with PyTorch, and what it computes with. */
export interface Peer {
  /** `stand-in` is the same protocol in plain PyTorch, where COORDCHECK_MUP names no `mup` package. */
  kind: 'mup' | 'stand-in';
  python: string;
  env: NodeJS.ProcessEnv;
  torch: string;
  blas: string;
  gflops: number;
  transposedGflops: number;
}

/**
 * Kernels that OpenBLAS may be told to use: its own choice for the machine is not always the fastest. Those whose
 * instructions the machine lacks end in a signal and are passed over; its own choice, undefined, must run.
 */
const CORE_TYPES = [undefined, 'Haswell', 'SkylakeX', 'Zen'];

/**
 * The peer as fast as this machine has it: of OpenBLAS's kernels, those with the best matrix products.
 *
 * @returns null where no Python has PyTorch
 */
export async function findPeer(): Promise<Peer | null> {
  const python = await pythonWithTorch();
  if (python === null) return null;
  const folder = process.env['COORDCHECK_MUP'] ?? '';
  const kind = folder !== '' && existsSync(path.join(folder, 'mup')) ? 'mup' : 'stand-in';
  const candidates: Peer[] = [];
  for (const coreType of new Set([...CORE_TYPES, process.env['OPENBLAS_CORETYPE']])) {
    const env = peerEnvironment(coreType);
    const machine = runForJson<Pick<Peer, 'torch' | 'blas' | 'gflops' | 'transposedGflops'>>(
      python,
      ['test/bench/peer/machine.py'],
      env,
    );
    const measured = coreType === undefined ? await machine : await machine.catch(() => null);
    if (measured !== null) candidates.push({ kind, python, env, ...measured });
  }
  const rate = (peer: Peer) => 1 / (1 / peer.gflops + 1 / peer.transposedGflops);
  return candidates.toSorted((a, b) => rate(b) - rate(a))[0] ?? null;
}

/** Runs one case on the peer, in a cold process. */
export function runPeer(
  peer: Peer,
  name: string,
  { widths, baseWidth, seeds, passes }: { widths: readonly number[]; baseWidth: number; seeds: number; passes: number },
): Promise<CheckLine & { wholeMs: number }> {
  const sizes = [widths.join(','), baseWidth, seeds, passes].map(String);
  return runForJson(peer.python, ['test/bench/peer/check.py', name, ...sizes], peer.env);
}

/** The python of COORDCHECK_PYTHON, else the first on the path or Debian's own that imports PyTorch. */
async function pythonWithTorch(): Promise<string | null> {
  const chosen = process.env['COORDCHECK_PYTHON'];
  for (const python of chosen === undefined ? ['python3', '/usr/bin/python3'] : [chosen]) {
    const tried = await run(python, ['-c', 'import torch, pandas, yaml']).catch(() => null);
    if (tried?.code === 0) return python;
  }
  return null;
}

function peerEnvironment(coreType: string | undefined): NodeJS.ProcessEnv {
  const { OPENBLAS_CORETYPE: _coreType, OPENBLAS_L2_SIZE: _size, ...env } = process.env;
  const threads = { OPENBLAS_NUM_THREADS: '1', OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const chosen = coreType === undefined ? {} : { OPENBLAS_CORETYPE: coreType };
  // Python would otherwise leave compiled files in the working tree.
  return { ...env, ...threads, ...chosen, PYTHONDONTWRITEBYTECODE: '1' };
}
