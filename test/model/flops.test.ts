import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel, type Tensor } from '../../src/engine/tf.js';
import { defineModel, type Batch, type Model, type ModelDefinition } from '../../src/model/definition.js';
import { flopsOfStep, type StepFlops } from '../../src/model/flops.js';
import { Trainee } from '../../src/model/trainee.js';

const { dense, conv1d, conv2d, conv2dTranspose, conv3d, depthwiseConv2d, flatten, separableConv2d } = tf.layers;

/** The step of a model under a loss, freed afterwards; fails where it leaves tensors or changes a variable. */
function counted(model: Model, batch: Batch, definition: Partial<ModelDefinition> = {}): StepFlops {
  const trainee = new Trainee(model, defineModel({ build: () => model, ...definition }));
  const variables = [...trainee.snapshot()];
  const before = tf.memory().numTensors;
  const flops = flopsOfStep(trainee, batch);
  expect(tf.memory().numTensors).toBe(before);
  for (const [variable, value] of variables) expect(variable.dataSync()).toEqual(value.dataSync());
  tf.dispose(variables.map(([, value]) => value));
  trainee.dispose();
  tf.dispose([batch.x, batch.y] as Tensor[]);
  return flops;
}

function countedLayers(layers: Parameters<typeof tf.sequential>[0]): StepFlops {
  const model: LayersModel = tf.sequential(layers);
  const shape = (all: unknown) => [BATCH, ...(all as number[]).slice(1)];
  return counted(model, { x: tf.ones(shape(model.inputs[0]?.shape)), y: tf.ones(shape(model.outputs[0]?.shape)) });
}

const BATCH = 4;

describe.each(['cpu', 'onnx'] as const)('flopsOfStep on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name, { threads: 1 });
  });
  afterAll(() => engine.dispose());

  it('counts 2·m·n·k a matrix product, and no gradient of the data', () => {
    const flops = countedLayers({
      layers: [
        dense({ units: 7, activation: 'relu', inputShape: [5] }),
        dense({ units: 6, activation: 'tanh' }),
        dense({ units: 3 }),
      ],
    });
    const [first, others] = [2 * BATCH * 5 * 7, 2 * BATCH * (7 * 6 + 6 * 3)];
    expect(flops).toEqual({
      forward: first + others,
      backward: first + 2 * others,
      total: 2 * first + 3 * others,
      parameters: 5 * 7 + 7 + 7 * 6 + 6 + 6 * 3 + 3,
    });
  });

  it('counts no gradient of the data either where a fused linear layer makes one that nothing needs', () => {
    const { forward, backward } = countedLayers({
      layers: [dense({ units: 7, inputShape: [5] }), dense({ units: 3 })],
    });
    expect(forward).toBe(2 * BATCH * (5 * 7 + 7 * 3));
    expect(backward).toBe(2 * BATCH * (5 * 7 + 2 * 7 * 3));
  });

  it('counts no gradient of what is frozen, nor below it', () => {
    const layers = () => [
      dense({ units: 7, activation: 'relu', inputShape: [5], trainable: false }),
      dense({ units: 6, trainable: false }),
      dense({ units: 3 }),
    ];
    const flops = countedLayers({ layers: layers() });
    expect(flops.forward).toBe(2 * BATCH * (5 * 7 + 7 * 6 + 6 * 3));
    expect(flops.backward).toBe(2 * BATCH * 6 * 3);
    expect(flops.parameters).toBe(6 * 3 + 3);
  });

  it('counts a convolution by its outputs and its filter, same or valid, strided or not', () => {
    const { forward, backward } = countedLayers({
      layers: [
        conv2d({ filters: 5, kernelSize: 3, padding: 'same', activation: 'relu', inputShape: [9, 9, 2] }),
        // 9 × 9 same at stride 2: 5 × 5.
        conv2d({ filters: 6, kernelSize: 3, padding: 'same', strides: 2 }),
        tf.layers.batchNormalization(),
        // 5 × 5 valid with 2 × 3: 4 × 3.
        conv2d({ filters: 7, kernelSize: [2, 3], padding: 'valid', activation: 'relu' }),
        flatten(),
        dense({ units: 3 }),
      ],
    });
    const first = 2 * BATCH * 81 * 5 * (9 * 2);
    const others = 2 * BATCH * (25 * 6 * (9 * 5) + 12 * 7 * (6 * 6) + 12 * 7 * 3);
    expect(forward).toBe(first + others);
    expect(backward).toBe(first + 2 * others);
  });

  it('counts a depthwise convolution channel by channel, and a separable one as depthwise and pointwise', () => {
    const { forward, backward } = countedLayers({
      layers: [
        depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, activation: 'relu', inputShape: [8, 8, 3] }),
        separableConv2d({ filters: 5, kernelSize: 3, padding: 'same', strides: 2, depthMultiplier: 2 }),
        flatten(),
        dense({ units: 3 }),
      ],
    });
    const first = 2 * BATCH * 36 * 6 * 9;
    // From 6 × 6 × 6 to 3 × 3 × 12 in space, then to 5 channels.
    const others = 2 * BATCH * (9 * 12 * 9 + 9 * 5 * 12 + 45 * 3);
    expect(forward).toBe(first + others);
    expect(backward).toBe(first + 2 * others);
  });

  it('counts a transposed convolution by its inputs, and 1-D convolutions', () => {
    const transposed = countedLayers({
      layers: [
        conv2d({ filters: 4, kernelSize: 1, activation: 'relu', inputShape: [5, 5, 2] }),
        conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same' }),
      ],
    });
    const [point, transpose] = [2 * BATCH * 25 * 4 * 2, 2 * BATCH * 25 * 4 * (9 * 3)];
    expect(transposed).toMatchObject({ forward: point + transpose, backward: point + 2 * transpose });
    const sequence = countedLayers({
      layers: [
        conv1d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [10, 2] }),
        conv1d({ filters: 5, kernelSize: 2, strides: 2 }),
      ],
    });
    const [one, two] = [2 * BATCH * 8 * 4 * (3 * 2), 2 * BATCH * 4 * 5 * (2 * 4)];
    expect(sequence).toMatchObject({ forward: one + two, backward: one + 2 * two });
  });

  it('counts 3-D convolutions', () => {
    const { forward, backward } = countedLayers({
      layers: [
        conv3d({ filters: 3, kernelSize: 2, activation: 'relu', inputShape: [4, 4, 4, 1] }),
        conv3d({ filters: 2, kernelSize: 3, padding: 'same' }),
      ],
    });
    const [one, two] = [2 * BATCH * 27 * 3 * 8, 2 * BATCH * 27 * 2 * (27 * 3)];
    expect(forward).toBe(one + two);
    expect(backward).toBe(one + 2 * two);
  });

  it('counts the recurrent and the input product of every time step', () => {
    const { forward, backward } = countedLayers({ layers: [tf.layers.simpleRNN({ units: 6, inputShape: [3, 5] })] });
    const [input, recurrent] = [2 * BATCH * 5 * 6, 2 * BATCH * 6 * 6];
    expect(forward).toBe(3 * (input + recurrent));
    // Inputs are data, and so is the first of the three states: they have no gradient, while the kernels always have.
    expect(backward).toBe(3 * input + (3 + 2) * recurrent);
  });

  it('counts a transformer block with a tied readout: q, k, v, logits, values, output, MLP', () => {
    const [context, width, vocabulary, heads] = [6, 8, 10, 2];
    const tokens = tf.tensor2d(
      Array.from({ length: BATCH * context }, (_, i) => i % vocabulary),
      [BATCH, context],
    );
    const model = transformerBlock({ context, width, vocabulary, heads });
    const { forward, backward, parameters } = counted(
      model,
      { x: tokens, y: tf.zeros([BATCH * context, vocabulary]) },
      { loss: 'softmaxCrossEntropy' },
    );
    const rows = BATCH * context;
    const projections = 4 * 2 * rows * width * width;
    const attention = 2 * 2 * BATCH * context * context * width;
    const mlp = 2 * 2 * rows * width * 4 * width;
    const readout = 2 * rows * width * vocabulary;
    expect(forward).toBe(projections + attention + mlp + readout);
    // Everything descends from the trained embedding: both inputs of every product have a gradient.
    expect(backward).toBe(2 * forward);
    expect(parameters).toBe(vocabulary * width + 4 * width * width + 8 * width * width);
  });

  it('counts what a loss takes gradients of inside as part of the forward pass', () => {
    const w = tf.variable(tf.ones([5, 2]));
    const model = { parameters: { w }, apply: (x: Tensor) => tf.matMul(x, w) };
    const objective = ({ batch }: { batch: Batch }) => {
      const penalty = tf.grad((x) => tf.sum(tf.square(tf.matMul(x, w))))(batch.x as Tensor);
      return tf.sum(tf.square(penalty));
    };
    const { forward, backward } = counted(model, { x: tf.ones([BATCH, 5]), y: tf.ones([1]) }, { objective });
    const product = 2 * BATCH * 5 * 2;
    // ‖2·x·w·wᵀ‖²: two products, whose gradients are one for x·w, as data have none, and two for ·wᵀ.
    expect(forward).toBe(2 * product);
    expect(backward).toBe(3 * product);
  });
});

interface BlockShape {
  context: number;
  width: number;
  vocabulary: number;
  heads: number;
}

/** One pre-activation block without norms over tokens [batch, context]; logits [batch · context, vocabulary]. */
function transformerBlock({ context, width, vocabulary, heads }: BlockShape): Model {
  const matrix = (rows: number, columns: number) => tf.variable(tf.randomNormal([rows, columns], 0, 0.1));
  const parameters = {
    embedding: matrix(vocabulary, width),
    query: matrix(width, width),
    key: matrix(width, width),
    value: matrix(width, width),
    output: matrix(width, width),
    up: matrix(width, 4 * width),
    down: matrix(4 * width, width),
  };
  const { embedding, query, key, value, output, up, down } = parameters;
  const apply = (tokens: Tensor): Tensor => {
    const x = tf.reshape(tf.gather(embedding, tf.cast(tokens, 'int32') as never), [-1, width]);
    const inHeads = (kernel: Tensor) =>
      tf.transpose(tf.reshape(tf.matMul(x, kernel), [-1, context, heads, width / heads]), [0, 2, 1, 3]);
    const weights = tf.softmax(tf.matMul(inHeads(query), inHeads(key), false, true));
    const mixed = tf.reshape(tf.transpose(tf.matMul(weights, inHeads(value)), [0, 2, 1, 3]), [-1, width]);
    const attended = tf.add(x, tf.matMul(mixed, output));
    const h = tf.add(attended, tf.matMul(tf.relu(tf.matMul(attended, up)), down));
    return tf.matMul(h, embedding, false, true);
  };
  return { parameters, apply };
}
