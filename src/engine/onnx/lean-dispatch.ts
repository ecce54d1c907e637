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

let isInstalled = false;

/**
 * Shortens what TF.js does around every operation, for as long as a backend is current that only records: there it is most
 * of a narrow model's step.
 *
 * Three methods of its engine object, and one operation, do the same by a shorter way, and leave to TF.js's own all that is out of the
 * ordinary: other backends, debug mode, profiling, tests of TF.js itself. Written for the version that package.json names.
 *
 * @param backendName - of the backend
 */
export function installLeanDispatch(backendName: string): void {
  if (isInstalled) return;
  isInstalled = true;
  const engine = tf.engine() as unknown as TfEngine;
  const isOrdinary = () =>
    engine.backendName === backendName &&
    !engine.state.profiling &&
    !engine.ENV.getBool('DEBUG') &&
    !engine.ENV.getBool('IS_TEST');
  leanScopes(engine);
  leanSaves(engine, isOrdinary);
  leanKernels(engine, isOrdinary);
  plainProducts(() => engine.state.gradientDepth > 0 && isOrdinary());
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
 * Tensors that a forward pass saves for its gradients share the data, without a kernel and a place on the tape: half of the
 * kernels of a training step are such copies, which TF.js makes by this method and nothing else.
 *
 * The tape's entry of a copy is how a gradient of a gradient finds its way back to what was copied: where more than one is
 * taken, TF.js does as ever.
 */
function leanSaves(engine: TfEngine, isOrdinary: () => boolean): void {
  const { clone } = engine;
  engine.clone = (x) => {
    if (engine.state.gradientDepth !== 1 || !isOrdinary()) return clone.call(engine, x);
    engine.backend.incRef(x.dataId);
    return engine.makeTensorFromTensorInfo(x);
  };
}

/** A kernel of ours is looked up once, and called without three functions around it. */
function leanKernels(engine: TfEngine, isOrdinary: () => boolean): void {
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
}

/** Some kernels hand out a tensor already. */
function tensorOf(engine: TfEngine, info: TensorInfo): Tensor {
  return info instanceof tf.Tensor ? info : engine.makeTensorFromTensorInfo(info);
}

/**
 * A dense layer's product, where a gradient is taken of it: TF.js puts it together with its bias as an operation of its
 * own, of three axes, with six reshapes there and back. Here both are one node of the graph anyway.
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
