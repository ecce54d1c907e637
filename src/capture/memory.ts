import { totalmem } from 'node:os';
import { failure } from '../errors.js';

/** Shapes of taps and parameters as one width shows them. */
export interface ShapeAtWidths {
  taps: { name: string; shape: number[] }[];
  parameters: { name: string; shape: number[] }[];
}

/** Values at θ, θ₀, θ_t, gradients, Adam's two moments, and two more while an update is computed. */
const COPIES_OF_PARAMETERS = 8;
/** The initial pass, the probe, the pass kept for the backward one, its gradients, and temporaries. */
const COPIES_OF_TAPS = 6;
const BYTES = 4;
/** WebAssembly addresses 32 bits. */
const WASM_BYTES = 2 ** 32 - 2 ** 16;
const GB = 1e9;

/**
 * Peak memory of a run, estimated from shapes: each dimension is continued linearly from the two narrowest widths.
 *
 * @returns bytes
 */
export function memoryOf(at: readonly { width: number; shapes: ShapeAtWidths }[], width: number): number {
  const elements = (kind: keyof ShapeAtWidths) =>
    (at[0]?.shapes[kind] ?? []).reduce((sum, { shape }, i) => {
      const sizes = shape.map((size, d) =>
        dimensionAt(at, { width, narrow: size, wide: at[1]?.shapes[kind][i]?.shape[d] }),
      );
      return sum + sizes.reduce((a, b) => a * b, 1);
    }, 0);
  return BYTES * (COPIES_OF_PARAMETERS * elements('parameters') + COPIES_OF_TAPS * elements('taps'));
}

function dimensionAt(
  at: readonly { width: number }[],
  { width, narrow, wide = narrow }: { width: number; narrow: number; wide?: number | undefined },
): number {
  const [a = 1, b = a] = at.map((x) => x.width);
  return a === b ? narrow : narrow + ((wide - narrow) * (width - a)) / (b - a);
}

/** @throws CoordCheckError DOES_NOT_FIT for the narrowest width that neither the engine nor the machine can hold */
export function refuseWhatDoesNotFit(runs: readonly { width: number; memoryBytes: number }[], engine: string): void {
  const limits = [
    { what: 'this machine', bytes: totalmem() },
    ...(engine === 'wasm' ? [{ what: 'the wasm engine', bytes: WASM_BYTES }] : []),
  ];
  const [limit] = limits.toSorted((a, b) => a.bytes - b.bytes);
  const tooWide = runs.filter(({ memoryBytes }) => limit !== undefined && memoryBytes > limit.bytes);
  const [first] = tooWide.toSorted((a, b) => a.width - b.width);
  if (first === undefined || limit === undefined) return;
  throw failure('DOES_NOT_FIT', {
    width: first.width,
    needGb: (first.memoryBytes / GB).toFixed(1),
    haveGb: (limit.bytes / GB).toFixed(1),
    what: limit.what,
  });
}

/** Leaves room for the system and for Node itself. */
const USABLE_SHARE = 0.7;

/** How many runs may be made at once: as many as the widest of them leaves memory for, and one at least. */
export function workersThatFit(runs: readonly { memoryBytes: number }[], capacity: number): number {
  const widest = Math.max(1, ...runs.map(({ memoryBytes }) => memoryBytes));
  return Math.max(1, Math.min(capacity, Math.floor((totalmem() * USABLE_SHARE) / widest)));
}
