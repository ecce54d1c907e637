import type { PoolOptions } from '../parallel/pool.js';

/**
 * How a worker's process takes memory from the machine: what long trainings gain by, while a check of a few steps takes as
 * long as without.
 *
 * V8's young generation starts at 8 MB a half, where it would grow there from 1 MB: as long as it grows, steps touch pages
 * for the first time, 0.3 ms of a narrow step of 1.0. glibc asks for large blocks, such as activations, in huge pages:
 * a transformer's step takes 2 to 5 % less; where the user has tunables, theirs hold. Other systems do not read them.
 */
export function workerMemory(environment = process.env): Required<Pick<PoolOptions, 'execArgv' | 'env'>> {
  return {
    execArgv: ['--min-semi-space-size=8'],
    env: { GLIBC_TUNABLES: environment['GLIBC_TUNABLES'] ?? 'glibc.malloc.hugetlb=1' },
  };
}
