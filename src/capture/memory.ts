import { totalmem } from 'node:os';
import { failure } from '../errors.js';

/** Shapes of taps and parameters as one width shows them. */
export interface ShapeAtWidths {
  taps: { name: string; shape: number[] }[];
  parameters: { name: string; shape: number[] }[];
}

/** What a run needs besides its process: copies of all parameters and of all taps. */
interface Needs {
  /** Node, TF.js and the engine's library. */
  processBytes: number;
  /** Values at θ, θ₀ and θ_t, gradients, Adam's two moments, and what the engine adds. */
  parameters: number;
  /** The initial pass, the probe, the pass kept for the backward one, its gradients, and temporaries. */
  taps: number;
}

const MIB = 2 ** 20;
/**
 * Fitted from above to peaks measured on MLPs (784-w-w-w-10, w 1024 to 4096), the text transformer (256 to 1024) and the
 * MNIST CNN (128, 256) under Adam: an engine that updates in place, and one that computes operation by operation.
 */
const LAZY: Needs = { processBytes: 180 * MIB, parameters: 6, taps: 8 };
const EAGER: Needs = { processBytes: 220 * MIB, parameters: 16, taps: 8 };
const BYTES = 4;
/** WebAssembly addresses 32 bits. */
const WASM_BYTES = 2 ** 32 - 2 ** 16;
const GB = 1e9;

/** Shapes at the two narrowest widths, and the kind of engine that will hold them. */
export interface MemoryModel {
  at: readonly { width: number; shapes: ShapeAtWidths }[];
  isLazy: boolean;
}

/**
 * Peak memory of a run's process, estimated from shapes: each dimension is continued linearly from the two narrowest
 * widths.
 *
 * @returns bytes
 */
export function memoryOf({ at, isLazy }: MemoryModel, width: number): number {
  const needs = isLazy ? LAZY : EAGER;
  const parameters = needs.parameters * elementsOf(at, 'parameters', width);
  const taps = needs.taps * elementsOf(at, 'taps', width);
  return needs.processBytes + BYTES * (parameters + taps);
}

/** What one forward pass touches, in numbers: every parameter and every tap once. */
export function passSize({ at }: MemoryModel, width: number): number {
  return elementsOf(at, 'parameters', width) + elementsOf(at, 'taps', width);
}

function elementsOf(at: MemoryModel['at'], kind: keyof ShapeAtWidths, width: number): number {
  return (at[0]?.shapes[kind] ?? []).reduce((sum, { shape }, i) => {
    const sizes = shape.map((size, d) =>
      dimensionAt(at, { width, narrow: size, wide: at[1]?.shapes[kind][i]?.shape[d] }),
    );
    return sum + sizes.reduce((a, b) => a * b, 1);
  }, 0);
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
