import type { Engine, EngineName, EngineOptions, EngineStats } from './engine.js';
import { failure } from '../errors.js';
import { tf, type Tensor, type TensorContainer } from './tf.js';

/** What tells one engine from another. */
export interface BackendEngineParts {
  readonly name: EngineName;
  /** Version of the backend package; empty where it is not installed. */
  readonly version: string;
  /** False unless given. */
  readonly isLazy?: boolean;
  /** The name TF.js registers the backend under. */
  readonly backendName: string;
  available(): Promise<true | string>;
  /** Imports and registers the backend; {@link backendEngine} makes it current afterwards. */
  load(options: EngineOptions): Promise<void>;
  /** Runs once the backend is current. */
  started?(): void;
  /** An ordinary array unless given. */
  allocate?(size: number): Float32Array;
  settle?(): void;
  forwarded?(): Record<string, number>;
  dispose?(): Promise<void>;
}

/**
 * An engine over a TF.js backend: a step is a tidy, a read reads.
 *
 * `start` throws CoordCheckError ENGINE_UNAVAILABLE where the backend cannot run.
 */
export function backendEngine(parts: BackendEngineParts): Engine {
  const { name, version, backendName, isLazy = false } = parts;
  return {
    name,
    version,
    isLazy,
    available: () => parts.available(),
    async start(options) {
      const reason = await parts.available();
      if (reason !== true) throw failure('ENGINE_UNAVAILABLE', { engine: name, reason });
      await parts.load(options);
      if (!(await tf.setBackend(backendName))) {
        throw failure('ENGINE_UNAVAILABLE', { engine: name, reason: `TF.js could not start backend ${backendName}` });
      }
      parts.started?.();
    },
    step: <T>(f: () => T): T => tf.tidy(f as () => TensorContainer) as T,
    read: async (tensors) => (isLazy ? readAtOnce(tensors) : read(tensors)),
    allocate: (size) => parts.allocate?.(size) ?? new Float32Array(size),
    settle: () => parts.settle?.(),
    endRun() {
      try {
        parts.settle?.();
      } catch {
        // What a failed run recorded fails again: its own error was thrown already.
      }
    },
    stats: () => stats(parts.forwarded?.() ?? {}),
    dispose: async () => parts.dispose?.(),
  };
}

/**
 * Values of tensors, in order, each a copy of its own; int32 and bool come as floats (exact up to 2^24).
 */
async function read(tensors: readonly Tensor[]): Promise<Float32Array[]> {
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  // Always copied: backend cpu hands out the array it computes with.
  return values.map((array) => new Float32Array(array));
}

/** As {@link read}, of a backend that computes at the first read and hands out copies: nothing is left to wait for. */
function readAtOnce(tensors: readonly Tensor[]): Float32Array[] {
  return tensors.map((tensor) => {
    const values = tensor.dataSync();
    return values instanceof Float32Array ? values : new Float32Array(values);
  });
}

function stats(forwarded: Record<string, number>): EngineStats {
  const { numBytes, numTensors } = tf.memory();
  return { bytes: numBytes, tensors: numTensors, forwarded };
}

/**
 * Frees a backend and everything in it, yet leaves it registered, so that the engine can be started again.
 *
 * Does nothing when the backend was never loaded.
 */
export function disposeBackend(backendName: string): void {
  const factory = tf.findBackendFactory(backendName);
  if (!factory) return;
  tf.removeBackend(backendName);
  tf.registerBackend(backendName, factory);
}
