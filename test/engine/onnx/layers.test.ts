import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { withSeededRandom } from '../../../src/engine/random.js';
import { tf, type Scalar, type Tensor } from '../../../src/engine/tf.js';
import { relativeRms } from '../agreement.js';

/** Of parameters after a step, in relative RMS; the reasons are those of kernels.test.ts. */
const TOLERANCE = 1e-5;

type Layer = ReturnType<typeof tf.layers.dense>;

interface Case {
  /** Of one example. */
  input: number[];
  layers: () => object[];
  /** Kernels it leaves to cpu. */
  forwards?: string[];
  /** Whole numbers below this for inputs, instead of normal ones. */
  tokens?: number;
  /** 4 unless given. */
  examples?: number;
}

const { layers } = tf;
const dense = (input: number[], units = 4) => layers.dense({ units, inputShape: input });
const conv = (input: number[]) => layers.conv2d({ filters: 3, kernelSize: 1, inputShape: input });

/** After a layer with parameters, whose gradient passes through the layer tested. */
const after = (input: number[], ...tested: (() => object)[]): Case => ({
  input,
  layers: () => [input.length === 3 ? conv(input) : dense(input), ...tested.map((make) => make())],
});

const alone = (input: number[], make: (inputShape: number[]) => object, rest: Partial<Case> = {}): Case => ({
  input,
  layers: () => [make(input)],
  ...rest,
});

const SEQUENCE = [5, 3];
const IMAGE = [6, 6, 3];
const VOLUME = [4, 4, 4, 2];

const CASES: Record<string, Case> = {
  Dense: alone([6], (inputShape) => layers.dense({ units: 4, activation: 'tanh', inputShape })),
  'Embedding, flattened': {
    ...alone([5], (inputShape) => layers.embedding({ inputDim: 7, outputDim: 3, inputShape }), { tokens: 7 }),
  },
  'Embedding of masked tokens, under LSTM': {
    input: [5],
    tokens: 7,
    layers: () => [
      layers.embedding({ inputDim: 7, outputDim: 3, maskZero: true, inputShape: [5] }),
      layers.lstm({ units: 4 }),
    ],
  },
  SimpleRNN: alone(SEQUENCE, (inputShape) => layers.simpleRNN({ units: 4, inputShape })),
  LSTM: alone(SEQUENCE, (inputShape) => layers.lstm({ units: 4, returnSequences: true, inputShape })),
  GRU: alone(SEQUENCE, (inputShape) => layers.gru({ units: 4, inputShape })),
  'Bidirectional LSTM': alone(SEQUENCE, (inputShape) =>
    layers.bidirectional({ layer: layers.lstm({ units: 4 }), mergeMode: 'concat', inputShape } as never),
  ),
  ConvLSTM2D: alone([3, 5, 5, 2], (inputShape) =>
    layers.convLstm2d({ filters: 3, kernelSize: 3, padding: 'same', inputShape } as never),
  ),
  TimeDistributed: alone(SEQUENCE, (inputShape) => layers.timeDistributed({ layer: dense([3]), inputShape })),
  Masking: {
    input: SEQUENCE,
    layers: () => [layers.masking({ inputShape: SEQUENCE }), layers.lstm({ units: 4 })],
  },
  LayerNormalization: after([6], () => layers.layerNormalization()),
  // Without a bias before it, whose gradient would be rounding alone: the mean is subtracted.
  BatchNormalization: {
    input: [6],
    layers: () => [layers.dense({ units: 4, useBias: false, inputShape: [6] }), layers.batchNormalization()],
  },
  'BatchNormalization of images': alone(IMAGE, (inputShape) => layers.batchNormalization({ inputShape })),
  Conv1D: alone([9, 3], (inputShape) =>
    layers.conv1d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', inputShape }),
  ),
  Conv2D: alone(IMAGE, (inputShape) =>
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', inputShape }),
  ),
  Conv2DTranspose: alone(IMAGE, (inputShape) =>
    layers.conv2dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', inputShape }),
  ),
  SeparableConv2D: alone(IMAGE, (inputShape) =>
    layers.separableConv2d({ filters: 4, kernelSize: 3, depthMultiplier: 2, inputShape }),
  ),
  DepthwiseConv2D: alone(IMAGE, (inputShape) =>
    layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same', inputShape }),
  ),
  Conv3D: alone(VOLUME, (inputShape) => layers.conv3d({ filters: 2, kernelSize: 3, padding: 'same', inputShape }), {
    forwards: ['Conv3D', 'Conv3DBackpropFilterV2'],
  }),
  MaxPooling3D: {
    input: VOLUME,
    layers: () => [
      layers.conv3d({ filters: 2, kernelSize: 1, inputShape: VOLUME }),
      layers.maxPooling3d({ poolSize: 2 }),
    ],
    forwards: ['Conv3D', 'Conv3DBackpropFilterV2', 'MaxPool3D', 'MaxPool3DGrad'],
  },
  UpSampling2D: {
    ...after(IMAGE, () => layers.upSampling2d({ size: [2, 3] })),
    // cpu adds the gradients of later images to the wrong pixels: see where-cpu-errs.test.ts.
    examples: 1,
  },
  'UpSampling2D, bilinear': {
    ...after(IMAGE, () => layers.upSampling2d({ interpolation: 'bilinear' })),
    forwards: ['ResizeBilinear', 'ResizeBilinearGrad'],
  },
  ZeroPadding2D: after(IMAGE, () =>
    layers.zeroPadding2d({
      padding: [
        [1, 0],
        [2, 1],
      ],
    }),
  ),
  Cropping2D: after(IMAGE, () =>
    layers.cropping2D({
      cropping: [
        [1, 1],
        [0, 2],
      ],
    }),
  ),
  MaxPooling2D: after(IMAGE, () => layers.maxPooling2d({ poolSize: 2 })),
  'MaxPooling2D, overlapping': after(IMAGE, () => layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' })),
  AveragePooling2D: after(IMAGE, () => layers.averagePooling2d({ poolSize: 2 })),
  GlobalMaxPooling2D: after(IMAGE, () => layers.globalMaxPooling2d({})),
  GlobalAveragePooling2D: after(IMAGE, () => layers.globalAveragePooling2d({})),
  MaxPooling1D: after(SEQUENCE, () => layers.maxPooling1d({ poolSize: 2 })),
  AveragePooling1D: after(SEQUENCE, () => layers.averagePooling1d({ poolSize: 2 })),
  GlobalMaxPooling1D: after(SEQUENCE, () => layers.globalMaxPooling1d()),
  GlobalAveragePooling1D: after(SEQUENCE, () => layers.globalAveragePooling1d()),
  RepeatVector: after([3], () => layers.repeatVector({ n: 3 })),
  Permute: after(SEQUENCE, () => layers.permute({ dims: [2, 1] })),
  Reshape: after([3], () => layers.reshape({ targetShape: [2, 2] })),
  Flatten: after(IMAGE, () => layers.flatten()),
  Dropout: after([30], () => layers.dropout({ rate: 0.5 })),
  SpatialDropout1D: after(SEQUENCE, () => layers.spatialDropout1d({ rate: 0.5 })),
  GaussianNoise: after([3], () => layers.gaussianNoise({ stddev: 0.5 })),
  GaussianDropout: after([3], () => layers.gaussianDropout({ rate: 0.5 })),
  AlphaDropout: after([3], () => layers.alphaDropout({ rate: 0.5 })),
  PReLU: after([3], () => layers.prelu({ alphaInitializer: 'randomNormal' })),
  LeakyReLU: after([3], () => layers.leakyReLU()),
  ELU: after([3], () => layers.elu()),
  'ReLU with a highest value': after([3], () => layers.reLU({ maxValue: 0.5 })),
  Softmax: after([3], () => layers.softmax()),
  ...Object.fromEntries(
    (
      [
        'elu',
        'hardSigmoid',
        'relu6',
        'selu',
        'sigmoid',
        'softmax',
        'softplus',
        'softsign',
        'swish',
        'mish',
        'gelu',
      ] as const
    ).map((activation) => [
      `Activation ${activation}`,
      after([3], () => layers.activation({ activation: activation })),
    ]),
  ),
};

/** Layers of several inputs: all of them dense layers of one input. */
const MERGING: Record<string, () => { apply(inputs: unknown): unknown }> = {
  Add: () => layers.add(),
  Average: () => layers.average(),
  Concatenate: () => layers.concatenate(),
  Maximum: () => layers.maximum(),
  Minimum: () => layers.minimum(),
  Multiply: () => layers.multiply(),
  Dot: () => layers.dot({ axes: 1 }),
};

let onnx: Engine;
beforeAll(async () => {
  onnx = await openEngine('onnx', { threads: 1 });
});

/** Parameters before and after one step of SGD to normal targets, on an engine. */
async function trained(name: 'cpu' | 'onnx', make: () => { model: ReturnType<typeof tf.model>; x: Tensor }) {
  const engine = await openEngine(name, { threads: 1 });
  return withSeededRandom('layers', async () => {
    const { model, x } = make();
    const before = await engine.read(model.getWeights());
    // A rate at which the step is seen beside the parameters.
    tf.train.sgd(0.5).minimize(() => {
      const output = model.apply(x, { training: true }) as Tensor;
      return tf.losses.meanSquaredError<Tensor, Scalar>(tf.randomNormal(output.shape, 0, 1, 'float32', 3), output);
    });
    return { before, after: await engine.read(model.getWeights()), names: model.weights.map(({ name }) => name) };
  });
}

async function expectEqualTraining(make: () => { model: ReturnType<typeof tf.model>; x: Tensor }): Promise<void> {
  const expected = await trained('cpu', make);
  const got = await trained('onnx', make);
  expect(got.after.length).toBeGreaterThan(0);
  for (const [i, parameter] of got.after.entries()) {
    expect(relativeRms(parameter, expected.after[i]), expected.names[i]).toBeLessThan(TOLERANCE);
  }
  const moved = expected.after.filter((values, i) => relativeRms(values, expected.before[i]) > 1e-3);
  expect(moved.length).toBeGreaterThan(0);
}

describe('one step of SGD', () => {
  for (const [name, { input, layers: make, forwards = [], tokens, examples = 4 }] of Object.entries(CASES)) {
    it(`trains ${name} as on cpu`, async () => {
      const before = { ...onnx.stats().forwarded };
      await expectEqualTraining(() => {
        const model = tf.sequential({ layers: make() as Layer[] });
        const shape = [examples, ...input];
        return {
          model,
          x: tokens === undefined ? tf.randomNormal(shape) : tf.randomUniform(shape, 0, tokens, 'int32'),
        };
      });
      const { forwarded } = onnx.stats();
      expect(Object.keys(forwarded).filter((kernel) => forwarded[kernel] !== before[kernel])).toEqual(forwards);
    });
  }

  for (const [name, make] of Object.entries(MERGING)) {
    it(`trains ${name} as on cpu`, async () => {
      await expectEqualTraining(() => {
        const input = tf.input({ shape: [6] });
        const branches = [dense([6]), dense([6])].map((layer) => layer.apply(input));
        const model = tf.model({ inputs: input, outputs: make().apply(branches) as ReturnType<typeof tf.input> });
        return { model, x: tf.randomNormal([4, 6]) };
      });
    });
  }
});

const LOSSES = [
  'meanSquaredError',
  'meanAbsoluteError',
  'meanAbsolutePercentageError',
  'meanSquaredLogarithmicError',
  'squaredHinge',
  'hinge',
  'categoricalHinge',
  'logcosh',
  'kullbackLeiblerDivergence',
  'poisson',
  'cosineProximity',
  'binaryCrossentropy',
  'categoricalCrossentropy',
  'sparseCategoricalCrossentropy',
];

describe('trainOnBatch', () => {
  it.each(LOSSES)('trains under %s as on cpu', async (loss) => {
    const results = [];
    for (const name of ['cpu', 'onnx'] as const) {
      const engine = await openEngine(name, { threads: 1 });
      results.push(
        await withSeededRandom('losses', async () => {
          const model = tf.sequential({ layers: [layers.dense({ units: 4, inputShape: [3], activation: 'softmax' })] });
          model.compile({ loss, optimizer: tf.train.sgd(0.5), metrics: ['accuracy'] });
          const classes = tf.tensor1d([0, 1, 2, 3, 0], 'int32');
          const y = loss.startsWith('sparse') ? classes.toFloat() : tf.oneHot(classes, 4).toFloat();
          const metrics = (await model.trainOnBatch(tf.randomNormal([5, 3]), y)) as number[];
          return [Float32Array.from(metrics), ...(await engine.read(model.getWeights()))];
        }),
      );
    }
    const [expected, got] = results;
    for (const [i, values] of got.entries()) expect(relativeRms(values, expected[i])).toBeLessThan(TOLERANCE);
  });
});
