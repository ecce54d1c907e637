import type { Engine } from '../engine/engine.js';

/** Watches which kernels an engine leaves to cpu from now on. */
export interface ForwardingWatch {
  /** Runs something whose kernels do not count. */
  without<T>(f: () => Promise<T>): Promise<T>;
  /** Names of the kernels left to cpu so far, sorted. */
  names(): string[];
}

/** Starts watching; the engine itself counts over the whole process. */
export function forwardingWatch(engine: Engine): ForwardingWatch {
  const ignored = new Map(Object.entries(engine.stats().forwarded));
  return {
    async without(f) {
      const before = engine.stats().forwarded;
      try {
        return await f();
      } finally {
        for (const [kernel, calls] of Object.entries(engine.stats().forwarded)) {
          const inside = calls - (before[kernel] ?? 0);
          ignored.set(kernel, (ignored.get(kernel) ?? 0) + inside);
        }
      }
    },
    names: () =>
      Object.entries(engine.stats().forwarded)
        .flatMap(([kernel, calls]) => (calls > (ignored.get(kernel) ?? 0) ? [kernel] : []))
        .toSorted(),
  };
}
