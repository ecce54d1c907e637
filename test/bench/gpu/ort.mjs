// One way of ONNX Runtime: node ort.mjs PACKAGE PROVIDER kept|copied THREADS WIDTHS SIDE. Prints lines of JSON.
//
// `kept` leaves kernels and moments on the device from one step to the next; `copied` hands them in and out.
import { createRequire } from 'node:module';
import { provideNavigatorGpu } from './navigator-gpu.mjs';
import {
  ADAM,
  BATCH,
  CLASSES,
  COMPARED_STEPS,
  COMPARED_WEIGHTS,
  FEATURES,
  kernelShapes,
  problem,
  products,
  sayAll,
  timeProducts,
  timeSteps,
  uniform,
} from './problem.mjs';
import { productModel, STATE, trainingModel } from './training-graph.mjs';

const [packageName, provider, keeping, threads, widths, side] = process.argv.slice(2);
const isKept = keeping === 'kept';

let ort;
const parts = { start };
for (const width of widths.split(',').map(Number)) parts[`train ${width}`] = () => train(width);
if (Number(side) > 0) {
  for (const sizes of products(Number(side))) parts[`product ${sizes.rows}`] = () => product(sizes);
}
await sayAll(parts);

async function start() {
  if (packageName === 'onnxruntime-web') {
    const adapter = await provideNavigatorGpu();
    ort = await import('onnxruntime-web/webgpu');
    ort.env.wasm.numThreads = Number(threads);
    return { adapter, version: ort.env.versions.web };
  }
  ort = createRequire(import.meta.url)(packageName);
  const backends = ort.listSupportedBackends?.().map(({ name, bundled }) => (bundled ? name : `${name} (not bundled)`));
  return { version: ort.env.versions.node, backends };
}

function session(model, outputLocations) {
  return ort.InferenceSession.create(model, {
    executionProviders: [provider],
    intraOpNumThreads: Number(threads),
    ...(isKept && outputLocations && { preferredOutputLocation: outputLocations }),
    // A node that the provider lacks would come back to the CPU unseen, with copies there and back.
    ...(provider !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
  });
}

async function train(width) {
  const { x, y, kernels } = problem(width);
  const shapes = kernelShapes(width);
  const nexts = STATE.map((name) => `next_${name}`);
  const training = await session(trainingModel(width), {
    loss: 'cpu',
    logits: 'cpu',
    ...Object.fromEntries(nexts.map((name) => [name, 'gpu-buffer'])),
  });
  const tensor = (values, shape) => new ort.Tensor('float32', values, shape);
  const fixed = { x: tensor(x, [BATCH, FEATURES]), y: tensor(y, [BATCH, CLASSES]) };
  let state = Object.fromEntries(
    STATE.map((name) => {
      const i = Number(name[1]);
      const [from, to] = shapes[i];
      return [name, tensor(name[0] === 'w' ? kernels[i] : new Float32Array(from * to), shapes[i])];
    }),
  );
  let count = 0;
  let logits;
  const once = async () => {
    count += 1;
    const correction = (beta) => tensor(Float32Array.of(1 / (1 - beta ** count)), []);
    const corrections = { c1: correction(ADAM.beta1), c2: correction(ADAM.beta2) };
    const results = await training.run({ ...fixed, ...state, ...corrections });
    for (const old of Object.values(state)) old.dispose?.();
    state = Object.fromEntries(STATE.map((name) => [name, results[`next_${name}`]]));
    logits = results.logits.data;
    return results.loss.data[0];
  };
  for (let i = 0; i < COMPARED_STEPS; i += 1) await once();
  // Reading a kept kernel (`getData`) ends the process: onnxruntime-node 1.30.
  const w1 = state.w1.location === 'cpu' ? state.w1.data : null;
  const changes = w1 && Array.from(w1.slice(0, COMPARED_WEIGHTS), (value, i) => value - kernels[1][i]);
  // A step's logits are those before its update.
  await once();
  const compared = [...logits];
  const timed = await timeSteps(once);
  await training.release();
  return { ...timed, logits: compared, changes };
}

async function product(sizes) {
  const { rows, side, long, short } = sizes;
  const length = provider === 'cpu' ? short : long;
  const chain = await session(productModel(sizes, length));
  const tensor = (values, shape) => new ort.Tensor('float32', values, shape);
  const x = tensor(uniform(rows * side, 1, 1), [rows, side]);
  const kernel = tensor(uniform(side * side, 2, Math.sqrt(3 / side)), [side, side]);
  const timed = await timeProducts(sizes, length, () => chain.run({ x, kernel }));
  await chain.release();
  return timed;
}
