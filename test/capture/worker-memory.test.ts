import { describe, expect, it } from 'vitest';
import { workerMemory } from '../../src/capture/worker-memory.js';

describe('workerMemory', () => {
  it("leaves the user's own tunables of glibc", () => {
    expect(workerMemory({ GLIBC_TUNABLES: 'glibc.malloc.arena_max=1' }).env).toEqual({
      GLIBC_TUNABLES: 'glibc.malloc.arena_max=1',
    });
    expect(workerMemory({}).env).toEqual({ GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' });
  });
});
