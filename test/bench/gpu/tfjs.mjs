// One way of TF.js: node tfjs.mjs ENGINE|webgpu WIDTHS SIDE [THREADS]. Prints lines of JSON.
//
// Plain JavaScript over dist/, so that no loader's start is part of the time.
import { openEngine } from '../../../dist/engine/open-engine.js';
import { requireTfjs, tf } from '../../../dist/engine/tf.js';
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

const [way, widths, side, threads = '1'] = process.argv.slice(2);
const isWebgpu = way === 'webgpu';
/** Whole products of the plain engines are a matter of seconds. */
const isSlow = way === 'onnx' || way === 'cpu';

const parts = { start: isWebgpu ? startWebgpu : startEngine };
let step;
let read;
for (const width of widths.split(',').map(Number)) parts[`train ${width}`] = () => train(width);
if (Number(side) > 0) {
  for (const sizes of products(Number(side))) parts[`product ${sizes.rows}`] = () => product(sizes);
}
await sayAll(parts);

async function startWebgpu() {
  const adapter = await provideNavigatorGpu();
  requireTfjs('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('TF.js could not start backend webgpu');
  await tf.ready();
  step = (f) => tf.tidy(f);
  read = ([tensor]) => tensor.data().then((values) => [values]);
  return { adapter };
}

async function startEngine() {
  const engine = await openEngine(way, { threads: Number(threads) });
  ({ step, read } = engine);
  return { engine: engine.name, version: engine.version };
}

async function train(width) {
  const { x, y, kernels } = problem(width);
  const [inputs, labels] = [tf.tensor2d(x, [BATCH, FEATURES]), tf.tensor2d(y, [BATCH, CLASSES])];
  const variables = kernels.map((values, i) => tf.variable(tf.tensor2d(values, kernelShapes(width)[i])));
  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const forward = () =>
    tf.matMul(tf.relu(tf.matMul(tf.relu(tf.matMul(inputs, variables[0])), variables[1])), variables[2]);
  const update = () =>
    step(() => optimizer.minimize(() => tf.losses.softmaxCrossEntropy(labels, forward()), true, variables));
  const valuesOf = async (f) => {
    const tensor = step(f);
    const [values] = await read([tensor]);
    tensor.dispose();
    return values;
  };
  const once = () => valuesOf(update);

  for (let i = 0; i < COMPARED_STEPS; i += 1) await once();
  const logits = await valuesOf(forward);
  const weights = await valuesOf(() => tf.slice(tf.reshape(variables[1], [-1]), [0], [COMPARED_WEIGHTS]));
  const changes = weights.map((value, i) => value - kernels[1][i]);
  const timed = await timeSteps(once);
  const queued = isWebgpu ? { queuedMs: await queuedStepMs(update) } : {};
  tf.dispose([inputs, labels, ...variables]);
  optimizer.dispose();
  return { ...timed, ...queued, logits: [...logits], changes: [...changes] };
}

/** A step's time where 20 follow one another and only the last loss is read. */
async function queuedStepMs(update) {
  const steps = 20;
  const start = performance.now();
  let loss;
  for (let i = 0; i < steps; i += 1) {
    loss?.dispose();
    loss = update();
  }
  await read([loss]);
  return (performance.now() - start) / steps;
}

async function product(sizes) {
  const { rows, side, long, short } = sizes;
  const length = isSlow ? short : long;
  const x = tf.tensor2d(uniform(rows * side, 1, 1), [rows, side]);
  // The chain's values neither grow nor vanish.
  const kernel = tf.tensor2d(uniform(side * side, 2, Math.sqrt(3 / side)), [side, side]);
  return timeProducts(sizes, length, async () => {
    const corner = step(() =>
      tf.slice(
        Array.from({ length }).reduce((y) => tf.matMul(y, kernel), x),
        [0, 0],
        [1, 1],
      ),
    );
    await read([corner]);
    corner.dispose();
  });
}
