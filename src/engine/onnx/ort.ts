import { createRequire } from 'node:module';

/** The element types that pass between TF.js and ONNX Runtime, with ONNX's numbers for them (TensorProto.DataType). */
export const ONNX_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;

/** An element type the graph knows; `int64` is for indices and shapes, which TF.js never sees. */
export type ElementType = keyof typeof ONNX_TYPE;

/** The typed arrays of the element types. */
export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** A tensor as ONNX Runtime takes it: an array, and how to read it. */
export interface OrtTensor {
  readonly type: ElementType;
  readonly data: Values;
  readonly dims: readonly number[];
}

/** ONNX Runtime's own session, which loads and runs synchronously. */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor | null>, options: object): object;
  dispose(): void;
}

/** What we use of ONNX Runtime: its native session, which the public, asynchronous API wraps. */
export interface Ort {
  readonly version: string;
  tensor(type: ElementType, data: Values, dims: readonly number[]): OrtTensor;
  /** Compiles a serialized ModelProto. */
  session(model: Uint8Array, options: { threads: number }): NativeSession;
}

const PACKAGE = 'onnxruntime-node';
/** Not part of the package's public API: the version is pinned, and a test runs a graph through it. */
const BINDING = `${PACKAGE}/dist/binding.js`;

let loaded: Ort | string | undefined;

/**
 * ONNX Runtime, or in one sentence why it cannot be used here: not installed, no binary for this platform, or a
 * version whose internals are not those this engine was written for. Loaded once a process.
 */
export function loadOrt(): Ort | string {
  loaded ??= load(createRequire(import.meta.url));
  return loaded;
}

/** The installed version; empty where the package is missing. */
export function ortVersion(): string {
  try {
    return (createRequire(import.meta.url)(`${PACKAGE}/package.json`) as { version: string }).version;
  } catch {
    return '';
  }
}

interface Binding {
  binding?: { InferenceSession?: new () => NativeSession };
  initOrt?: () => void;
}

/** @param require - finds the packages; a test gives its own */
export function load(require: NodeJS.Require): Ort | string {
  let version = '';
  try {
    version = (require(`${PACKAGE}/package.json`) as { version: string }).version;
  } catch {
    return `the package ${PACKAGE} is not installed (an optional dependency: its install step may have failed)`;
  }
  try {
    const { binding, initOrt } = require(BINDING) as Binding;
    const { Tensor } = require('onnxruntime-common') as {
      Tensor: new (type: ElementType, data: Values, dims: readonly number[]) => OrtTensor;
    };
    const Session = binding?.InferenceSession;
    if (Session === undefined || initOrt === undefined || typeof Session.prototype.loadModel !== 'function') {
      return `${PACKAGE} ${version} has other internals than the version this engine was written for`;
    }
    initOrt();
    return {
      version,
      tensor: (type, data, dims) => new Tensor(type, data, dims),
      session: (model, options) => open(new Session(), model, options),
    };
  } catch (error) {
    return `${PACKAGE} ${version} does not load: ${firstLine(error)}`;
  }
}

function open(session: NativeSession, model: Uint8Array, { threads }: { threads: number }): NativeSession {
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // The arena keeps what it once took: a third more memory, for no time won where outputs are ours.
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
    // Threads that spin while they wait take the core from the other runs.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return session;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

/** An array of an element type's own kind, its values not set (zero). */
export function arrayOf(type: ElementType, size: number): Values {
  if (type === 'float32') return new Float32Array(size);
  if (type === 'int32') return new Int32Array(size);
  return type === 'bool' ? new Uint8Array(size) : new BigInt64Array(size);
}

/** Numbers as an array of an element type. */
export function onnxConstant(type: ElementType, numbers: readonly number[]): Values {
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt);
  const values = arrayOf(type, numbers.length) as Float32Array;
  values.set(numbers);
  return values;
}
