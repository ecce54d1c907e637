import type { Tensor } from './tf.js';

/** The engines coordcheck knows, in no order. */
export type EngineName = 'onnx' | 'tfjs-node-gpu' | 'tfjs-node' | 'wasm' | 'cpu';

/** How an engine is started. */
export interface EngineOptions {
  /** Threads each process may use; 1 unless the user asks for more. */
  threads: number;
}

/** What an engine says of itself, for reports and `doctor`. */
export interface EngineStats {
  /** Bytes TF.js holds in this process now. */
  bytes: number;
  /** Tensors alive now. */
  tensors: number;
  /** Kernels that ran elsewhere (on cpu) because this engine lacks them, with their call counts. */
  forwarded: Record<string, number>;
}

/**
 * One way to run TF.js kernels: the seam between the toolkit and its backends.
 *
 * The toolkit reads tensors only through `read`, and wraps every training step in `step`, so that a lazy engine
 * can record a step as a graph and run it once.
 */
export interface Engine {
  readonly name: EngineName;
  /** Version of the backend package. */
  readonly version: string;
  /** Whether it records first and computes when values are read: what two passes share is then computed once. */
  readonly isLazy: boolean;
  /** True, or in one sentence why this engine cannot run here. */
  available(): Promise<true | string>;
  /** Registers the backend and makes it TF.js's current one. */
  start(options: EngineOptions): Promise<void>;
  /** Runs `f` inside a tidy: what it makes and neither returns nor keeps is freed. */
  step<T>(f: () => T): T;
  /** The values of several tensors, in order, fetched together. The only way the toolkit reads. */
  read(tensors: readonly Tensor[]): Promise<Float32Array[]>;
  /**
   * Memory for a tensor's values, in the engine's own where it has some: the tensor made of the array is then no copy.
   * Its former contents do not matter.
   */
  allocate(size: number): Float32Array;
  /**
   * Computes what has been recorded and not yet read; nothing where kernels are computed at once.
   *
   * What is computed together may be summed in another order: whatever outlives a run must be settled by itself.
   */
  settle(): void;
  /** Settles what a run left, so that the next one does not compute it. */
  endRun(): void;
  stats(): EngineStats;
  dispose(): Promise<void>;
}
