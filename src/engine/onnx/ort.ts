import { createRequire } from 'node:module';
import { ONNX_TYPE, type ElementType, type Values } from './element-type.js';
import { onnxModel, type OnnxGraph } from './onnx-model.js';

/** A tensor as ONNX Runtime takes it: an array, and how to read it. */
export interface OrtTensor {
  readonly type: ElementType;
  readonly data: Values;
  readonly dims: readonly number[];
  readonly location: 'cpu';
}

/** ONNX Runtime's own session, which loads and runs synchronously. */
interface NativeSession {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: Record<string, OrtTensor>, fetches: Record<string, OrtTensor | null>): object;
  dispose(): void;
}

/** A compiled graph. */
export interface OrtSession {
  /** Computes the outputs named in `results` into the arrays given there. */
  run(feeds: Record<string, OrtTensor>, results: Record<string, OrtTensor>): void;
  dispose(): void;
}

/** What we use of ONNX Runtime: its native session, which the public, asynchronous API wraps. */
export interface Ort {
  readonly version: string;
  tensor(type: ElementType, data: Values, dims: readonly number[]): OrtTensor;
  /** Compiles a graph. */
  session(graph: OnnxGraph, options: { threads: number }): OrtSession;
}

const PACKAGE = 'onnxruntime-node';
/** Not part of the package's public API: the version is pinned, and a test runs a graph through it. */
const BINDING = `${PACKAGE}/dist/binding.js`;

/** Without the package's own step, which fetches CUDA files from another host and undoes the installation where it cannot. */
const INSTALL = 'ONNXRUNTIME_NODE_INSTALL=skip npm install';

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
    return `the package ${PACKAGE} is not installed: its install step failed or was left out (${INSTALL} brings it)`;
  }
  try {
    const { binding, initOrt } = require(BINDING) as Binding;
    const Session = binding?.InferenceSession;
    if (Session === undefined || initOrt === undefined || typeof Session.prototype.loadModel !== 'function') {
      return `${PACKAGE} ${version} has other internals than the version this engine was written for`;
    }
    initOrt();
    keepFreedMemory();
    const ort: Ort = {
      version,
      tensor: (type, data, dims) => ({ type, data, dims, location: 'cpu' }),
      session: (graph, options) => open(new Session(), graph, options),
    };
    return doubles(ort) ? ort : `${PACKAGE} ${version} does not compute into the arrays it is given`;
  } catch (error) {
    return `${PACKAGE} ${version} does not load: ${firstLine(error)}`;
  }
}

/** Just below the size up to which glibc's malloc adapts itself. */
const LARGEST_ADAPTED = 31 * 2 ** 20;

/**
 * Has glibc's malloc keep freed memory for the next step, where it would give it back to the machine and ask for it again:
 * a fault a page, a twentieth of a large step, and more on virtual machines. Its limits follow the largest block that
 * was ever freed; this one is never touched, so it takes address space only. Elsewhere nothing happens.
 */
function keepFreedMemory(): void {
  void Buffer.allocUnsafeSlow(LARGEST_ADAPTED);
}

/** Whether a graph of one addition leaves its result where it is told to: what everything here relies on. */
function doubles(ort: Ort): boolean {
  const add = { name: 'add', op: 'Add', domain: '', inputs: ['x', 'x'], outputs: ['y'], attributes: {} };
  const graph: OnnxGraph = {
    operators: [add],
    constants: [],
    inputs: [{ name: 'x', type: 'float32', shape: [1] }],
    outputs: [{ name: 'y', type: 'float32', shape: [1] }],
  };
  const session = ort.session(graph, { threads: 1 });
  const result = new Float32Array(1);
  session.run({ x: ort.tensor('float32', Float32Array.of(21), [1]) }, { y: ort.tensor('float32', result, [1]) });
  session.dispose();
  return result[0] === 42;
}

function open(session: NativeSession, graph: OnnxGraph, { threads }: { threads: number }): OrtSession {
  const model = onnxModel(fenced(graph));
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Its rewrites push transposes to larger tensors: a CNN's step a tenth slower, its peak a third higher.
    // And they would do away with what an update waits by: the shape of a value, which is known before the value is.
    graphOptimizationLevel: 'disabled',
    // The arena keeps what it once took: a third more memory, for no time won where outputs are ours.
    enableCpuMemArena: false,
    enableMemPattern: false,
    // Errors are thrown; in the log they would stand a second time.
    logSeverityLevel: 4,
    // Threads that spin while they wait take the core from the other runs.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  return { run: (feeds, results) => runToFence(session, feeds, results), dispose: () => session.dispose() };
}

const FENCE = 'fence';

/**
 * A graph whose first output is one bfloat16, which the binding cannot hand out.
 *
 * After a run the binding copies every output once more, from our arrays into new ones: for a weight gradient that takes
 * longer than computing it, and twice its memory. It copies in the order of the graph's outputs and gives up at the
 * first type JavaScript has no array for. By then everything is computed and in our arrays.
 */
function fenced(graph: OnnxGraph): OnnxGraph {
  const zero = { name: `${FENCE}_zero`, type: 'float32', shape: [], values: new Float32Array(1) } as const;
  const attributes = { to: ONNX_TYPE.bfloat16 };
  const cast = { name: FENCE, op: 'Cast', domain: '', inputs: [zero.name], outputs: [FENCE], attributes };
  return {
    ...graph,
    operators: [...graph.operators, cast],
    constants: [...graph.constants, zero],
    outputs: [{ name: FENCE, type: 'bfloat16', shape: [] }, ...graph.outputs],
  };
}

function runToFence(
  session: NativeSession,
  feeds: Record<string, OrtTensor>,
  results: Record<string, OrtTensor>,
): void {
  try {
    // Where a version does hand the fence out, the run only takes longer.
    session.run(feeds, { [FENCE]: null, ...results });
  } catch (error) {
    if (!isFence(error)) throw error;
  }
}

function isFence(error: unknown): boolean {
  return error instanceof Error && error.message === `Tensor type (${ONNX_TYPE.bfloat16}) is not supported.`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
