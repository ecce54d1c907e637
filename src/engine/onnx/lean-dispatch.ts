import type { KernelBackend, NamedAttrMap, NamedTensorMap, TensorInfo } from '@tensorflow/tfjs-core';
import { tf, type Tensor } from '../tf.js';

/** What of TF.js's engine object is used here, which TypeScript calls private or does not know. */
interface TfEngine {
  readonly backendName: string;
  readonly backend: KernelBackend;
  readonly ENV: { getBool(flag: string): boolean };
  readonly state: {
    readonly profiling: boolean;
    readonly gradientDepth: number;
    kernelDepth: number;
    readonly scopeStack: Scope[];
    activeScope: Scope | null;
  };
  endScope(result: unknown): void;
  track(x: Tensor): void;
  startTape(): void;
  endTape(): void;
  clone(x: Tensor): Tensor;
  runKernel(kernelName: string, inputs: NamedTensorMap, attributes?: NamedAttrMap): Tensor | Tensor[];
  isTapeOn(): boolean;
  getTensorsForGradient(kernelName: string, inputs: NamedTensorMap, outputs: Tensor[]): Tensor[];
  saveTensorsForBackwardMode(tensors: Tensor[]): Tensor[];
  addTapeNode(kernelName: string, inputs: NamedTensorMap, outputs: Tensor[], ...rest: unknown[]): void;
  makeTensorFromTensorInfo(info: TensorInfo): Tensor;
}

/** Tensors made between a `startScope` and its end. */
interface Scope {
  readonly id: number;
  readonly track: readonly (Tensor & { kept: boolean; scopeId: number })[];
}

/**
 * Shortens what TF.js does around every operation: where a backend only records, that is most of a narrow model's step.
 *
 * Methods of its engine object, and one operation, do the same by a shorter way, and leave to TF.js's own all that is out
 * of the ordinary: other backends, debug mode, profiling, tests of TF.js itself. Written for the version that package.json
 * names. Once a process.
 *
 * @param backendName - of the backend
 */
export function installLeanDispatch(backendName: string): void {
  const engine = tf.engine() as unknown as TfEngine;
  const isOrdinary = () =>
    engine.backendName === backendName &&
    !engine.state.profiling &&
    !engine.ENV.getBool('DEBUG') &&
    !engine.ENV.getBool('IS_TEST');
  leanScopes(engine);
  leanSaves(engine, isOrdinary);
  const runKernel = leanKernels(engine, isOrdinary);
  const isWatched = () => engine.runKernel !== runKernel;
  plainProducts(() => engine.state.gradientDepth > 0 && isOrdinary() && !isWatched());
}

/** An operation returns one tensor or none: no sets of tensors to keep. */
function leanScopes(engine: TfEngine): void {
  const { endScope } = engine;
  engine.endScope = (result) => {
    const { state } = engine;
    const isTensor = result instanceof tf.Tensor;
    if (state.activeScope === null || (!isTensor && result !== null && result !== undefined))
      return endScope.call(engine, result);
    const { id, track } = state.activeScope;
    const kept = isTensor ? result.id : -1;
    for (const tensor of track) if (!tensor.kept && tensor.id !== kept) tensor.dispose();
    state.scopeStack.pop();
    state.activeScope = state.scopeStack.at(-1) ?? null;
    if (!isTensor) return;
    const { kept: isKept, scopeId } = result as Scope['track'][number];
    if (!isKept && scopeId === id) engine.track(result);
  };
}

/**
 * Tensors that a forward pass saves for its gradients share the data, without a kernel: half of the kernels of a training step
 * are such copies, which TF.js makes by this method and nothing else.
 *
 * Their entries on the tape are how a gradient of a gradient finds its way back to what was copied. They are made up for
 * when a second gradient begins inside the first: what reads the copies there is recorded later.
 */
function leanSaves(engine: TfEngine, isOrdinary: () => boolean): void {
  const { clone, startTape, endTape } = engine;
  let unrecorded: { x: Tensor; y: Tensor }[] = [];
  engine.clone = (x) => {
    if (engine.state.gradientDepth !== 1 || !isOrdinary()) return clone.call(engine, x);
    engine.backend.incRef(x.dataId);
    const y = engine.makeTensorFromTensorInfo(x);
    unrecorded.push({ x, y });
    return y;
  };
  engine.startTape = () => {
    for (const { x, y } of unrecorded) engine.addTapeNode('save', { x }, [y], ofCopy, [], {});
    unrecorded = [];
    startTape.call(engine);
  };
  engine.endTape = () => {
    endTape.call(engine);
    if (engine.state.gradientDepth === 0) unrecorded = [];
  };
}

/** The gradient of a copy. */
function ofCopy(dy: Tensor): { x: () => Tensor } {
  return { x: () => tf.cast(dy, 'float32') };
}

/** A kernel of ours is looked up once a call, and called without three functions around it. */
function leanKernels(engine: TfEngine, isOrdinary: () => boolean): TfEngine['runKernel'] {
  const { runKernel } = engine;
  engine.runKernel = (kernelName, inputs, attributes) => {
    const kernel = isOrdinary() ? tf.getKernel(kernelName, engine.backendName) : undefined;
    if (kernel === undefined) return runKernel.call(engine, kernelName, inputs, attributes);
    const isTapeOn = engine.isTapeOn();
    let results: TensorInfo | TensorInfo[];
    let outputs: Tensor[];
    let saved: Tensor[] = [];
    // What a kernel calls itself is not differentiated.
    engine.state.kernelDepth += 1;
    try {
      results = kernel.kernelFunc({ inputs, attrs: attributes!, backend: engine.backend });
      outputs = Array.isArray(results) ? results.map((info) => tensorOf(engine, info)) : [tensorOf(engine, results)];
      if (isTapeOn)
        saved = engine.saveTensorsForBackwardMode(engine.getTensorsForGradient(kernelName, inputs, outputs));
    } finally {
      engine.state.kernelDepth -= 1;
    }
    if (isTapeOn) engine.addTapeNode(kernelName, inputs, outputs, null, saved, attributes);
    return Array.isArray(results) ? outputs : outputs[0]!;
  };
  return engine.runKernel;
}

/** Some kernels hand out a tensor already. */
function tensorOf(engine: TfEngine, info: TensorInfo): Tensor {
  return info instanceof tf.Tensor ? info : engine.makeTensorFromTensorInfo(info);
}

/**
 * A dense layer's product, where a gradient is taken of it: TF.js puts it together with its bias as an operation of its
 * own, of three axes, with six reshapes there and back. Here both are one node of the graph anyway.
 *
 * Whoever watches kernels sees those of TF.js, which are the same in passes with and without a gradient.
 */
function plainProducts(isDifferentiated: () => boolean): void {
  const { fused } = tf;
  const { matMul } = fused;
  fused.matMul = (options) => {
    const { a, b, transposeA = false, transposeB = false, bias, activation = 'linear' } = options;
    const isPlain = activation === 'linear' && isMatrix(a) && isMatrix(b);
    if (!isPlain || !isDifferentiated()) return matMul(options);
    const product = tf.matMul(a, b, transposeA, transposeB);
    return bias === undefined || bias === null ? product : tf.add(product, bias);
  };
}

function isMatrix(x: unknown): x is Tensor {
  return x instanceof tf.Tensor && x.rank === 2 && x.dtype === 'float32';
}
