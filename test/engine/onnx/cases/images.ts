import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { tf, type Tensor } from '../../../../src/engine/tf.js';
import { shuffled, type Cases, type KernelCases } from './kernel-cases.js';
import { activations } from './matrix.js';

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];

/** A convolution or pooling of images [2, …size, 3]. */
interface Variant {
  size: [number, number];
  window: [number, number];
  strides: [number, number];
  pad: Pad;
  dilations?: [number, number];
}

const VARIANTS: Variant[] = [
  { size: [6, 7], window: [3, 3], strides: [1, 1], pad: 'same' },
  { size: [6, 7], window: [3, 2], strides: [1, 1], pad: 'valid' },
  { size: [6, 7], window: [2, 2], strides: [1, 1], pad: 'same' },
  { size: [7, 6], window: [3, 3], strides: [2, 2], pad: 'same' },
  // The strides leave a row, or a column, over.
  { size: [8, 6], window: [3, 3], strides: [2, 2], pad: 'valid' },
  { size: [9, 8], window: [2, 3], strides: [3, 2], pad: 'valid' },
  // Strides wider than the window: some inputs are never seen.
  { size: [8, 9], window: [1, 2], strides: [3, 4], pad: 'valid' },
  { size: [5, 5], window: [1, 1], strides: [2, 2], pad: 'same' },
  { size: [5, 5], window: [1, 1], strides: [1, 1], pad: 'valid' },
  { size: [5, 5], window: [5, 5], strides: [1, 1], pad: 'valid' },
  { size: [5, 6], window: [3, 3], strides: [1, 1], pad: 1 },
  { size: [7, 7], window: [3, 3], strides: [2, 2], pad: 1 },
  // Windows side by side, without rest.
  { size: [6, 8], window: [2, 2], strides: [2, 2], pad: 'valid' },
  { size: [6, 4], window: [3, 1], strides: [3, 1], pad: 'same' },
];

/** Only convolutions. */
const FURTHER: Variant[] = [
  { size: [5, 5], window: [3, 3], strides: [1, 1], pad: 2 },
  {
    size: [5, 6],
    window: [3, 3],
    strides: [2, 1],
    pad: [
      [0, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ],
  },
  // Padding wider than the window: outputs that saw nothing.
  {
    size: [4, 4],
    window: [2, 2],
    strides: [1, 1],
    pad: [
      [0, 0],
      [3, 3],
      [2, 3],
      [0, 0],
    ],
  },
  { size: [9, 9], window: [3, 3], strides: [1, 1], pad: 'same', dilations: [2, 2] },
  { size: [9, 8], window: [3, 2], strides: [1, 1], pad: 'valid', dilations: [2, 3] },
];
const UNPADDED = VARIANTS.filter(
  ({ pad, window }) => pad === 'valid' || (pad === 'same' && window[0] * window[1] === 1),
);
const CONVOLUTIONS = [...VARIANTS, ...FURTHER];

const rounding = (pad: Pad) => (typeof pad === 'number' ? 'floor' : undefined);
const image = ({ size }: Variant, channels = 3) => tf.randomNormal([2, ...size, channels]) as Tensor4D;

function named(variants: readonly Variant[], compute: (variant: Variant) => Tensor | Tensor[]): Cases {
  return Object.fromEntries(
    variants.map((variant) => {
      const { size, window, strides, pad, dilations } = variant;
      const dilated = dilations === undefined ? '' : `, dilated ${dilations.join('×')}`;
      const name = `window ${window.join('×')} on ${size.join('×')}, strides ${strides.join('×')}`;
      return [`${name}, pad ${JSON.stringify(pad)}${dilated}`, () => compute(variant)];
    }),
  );
}

const conv = (variant: Variant, x: Tensor, filter: Tensor) =>
  tf.conv2d(
    x as Tensor4D,
    filter as Tensor4D,
    variant.strides,
    variant.pad,
    'NHWC',
    variant.dilations,
    rounding(variant.pad),
  );

const depthwise = (variant: Variant, x: Tensor, filter: Tensor) =>
  tf.depthwiseConv2d(
    x as Tensor4D,
    filter as Tensor4D,
    variant.strides,
    variant.pad,
    'NHWC',
    variant.dilations,
    rounding(variant.pad),
  );

const filter = ({ window }: Variant, outputs: number, channels = 3) =>
  tf.randomNormal([...window, channels, outputs]) as Tensor4D;

type Convolution = typeof conv;

/** Σ y² / 2, whose gradient to y is y itself: different everywhere. */
const half = (y: Tensor) => y.square().sum().div(2);

const gradient = (f: Convolution, which: 0 | 1, outputs: number) => (variant: Variant) =>
  tf.grads((x, w) => half(f(variant, x, w)))([image(variant), filter(variant, outputs)])[which];

const gradients = (f: Convolution, which: 0 | 1, outputs: number): Cases =>
  // TF.js has no gradient of a dilated convolution.
  named(
    CONVOLUTIONS.filter(({ dilations }) => dilations === undefined),
    gradient(f, which, outputs),
  );

const pool =
  (kind: 'maxPool' | 'avgPool') =>
  ({ window, strides, pad }: Variant, x: Tensor) =>
    tf[kind](x as Tensor4D, window, strides, pad, rounding(pad));

/** Distinct values: which of several equal ones gets the gradient is cpu's own choice. */
const distinct = ({ size }: Variant) => shuffled([2, ...size, 3]).div(10);

const FIRST = VARIANTS[0];
const empty = () => tf.zeros([0, 6, 7, 3]) as Tensor4D;
const unhealthyImage = () => tf.tensor4d([NaN, 1, 2, 3, Infinity, 5, 6, 7, 8], [1, 3, 3, 1]);

const fusedInputs = (multiplier: number) => ({
  x: tf.randomNormal([2, 6, 7, 5]) as Tensor4D,
  filter: tf.randomNormal([3, 3, 5, multiplier]) as Tensor4D,
  bias: tf.randomNormal([5]) as never,
  strides: 1 as const,
  pad: 'same' as const,
});

/** Convolutions, and pooling. */
export const imageCases: KernelCases = {
  Conv2D: {
    ...named(CONVOLUTIONS, (variant) => conv(variant, image(variant), filter(variant, 4))),
    'no images': () => conv(FIRST, empty(), filter(FIRST, 4)),
    'one image': () => tf.conv2d(tf.randomNormal([6, 7, 3]) as Tensor3D, filter(FIRST, 4), 1, 'same'),
    'one axis': () => tf.conv1d(tf.randomNormal([2, 9, 3]) as Tensor3D, tf.randomNormal([3, 3, 4]), 2, 'same'),
    'NaN and infinity': () => tf.conv2d(unhealthyImage(), tf.ones([2, 2, 1, 2]) as Tensor4D, 1, 'valid'),
  },
  DepthwiseConv2dNative: {
    ...named(CONVOLUTIONS, (variant) => depthwise(variant, image(variant), filter(variant, 1))),
    'multiplier 2': () => depthwise(FIRST, image(FIRST), filter(FIRST, 2)),
    'no images': () => depthwise(FIRST, empty(), filter(FIRST, 1)),
    NaN: () => tf.depthwiseConv2d(unhealthyImage(), tf.ones([2, 2, 1, 2]) as Tensor4D, 1, 'valid'),
  },
  FusedConv2D: {
    ...activations((rest) => tf.fused.conv2d({ ...fusedInputs(5), ...rest })),
    'NaN under relu': () =>
      tf.fused.conv2d({
        x: unhealthyImage(),
        filter: tf.ones([2, 2, 1, 1]) as Tensor4D,
        strides: 1,
        pad: 'valid',
        activation: 'relu',
      }),
  },
  FusedDepthwiseConv2D: activations((rest) => tf.fused.depthwiseConv2d({ ...fusedInputs(1), ...rest })),
  Conv2DBackpropInput: {
    ...gradients(conv, 0, 4),
    'a transposed convolution': () =>
      tf.conv2dTranspose(
        tf.randomNormal([2, 4, 4, 5]) as Tensor4D,
        tf.randomNormal([3, 3, 3, 5]),
        [2, 8, 8, 3],
        2,
        'same',
      ),
  },
  Conv2DBackpropFilter: gradients(conv, 1, 4),
  DepthwiseConv2dNativeBackpropInput: {
    ...gradients(depthwise, 0, 1),
    'multiplier 2': () => gradient(depthwise, 0, 2)(FIRST),
  },
  DepthwiseConv2dNativeBackpropFilter: {
    ...gradients(depthwise, 1, 1),
    'multiplier 2': () => gradient(depthwise, 1, 2)(FIRST),
  },
  MaxPool: {
    ...named(VARIANTS, (variant) => pool('maxPool')(variant, image(variant))),
    'no images': () => tf.maxPool(empty(), 2, 2, 'valid'),
    'one image': () => tf.maxPool(tf.randomNormal([6, 7, 3]) as Tensor3D, 2, 2, 'valid'),
    'the infinities': () =>
      tf.maxPool(tf.tensor4d([-Infinity, -Infinity, -Infinity, Infinity], [1, 2, 2, 1]), 1, 1, 'valid'),
  },
  AvgPool: {
    ...named(VARIANTS, (variant) => pool('avgPool')(variant, image(variant))),
    'no images': () => tf.avgPool(empty(), 2, 2, 'valid'),
    'one image': () => tf.avgPool(tf.randomNormal([6, 7, 3]) as Tensor3D, 2, 2, 'valid'),
    'NaN and infinity': () => tf.avgPool(unhealthyImage(), 2, 1, 'valid'),
  },
  ResizeNearestNeighbor: {
    'twice as large': () => tf.image.resizeNearestNeighbor(image(FIRST), [12, 14]),
    'two factors': () => tf.image.resizeNearestNeighbor(image(FIRST), [18, 7]),
    'the same size': () => tf.image.resizeNearestNeighbor(image(FIRST), [6, 7]),
    'centres of pixels': () => tf.image.resizeNearestNeighbor(image(FIRST), [12, 21], false, true),
    'whole numbers': () => tf.image.resizeNearestNeighbor(tf.cast(shuffled([1, 2, 2, 3]), 'int32') as Tensor4D, [4, 4]),
  },
  // Of one image: cpu adds the gradients of later ones to the wrong pixels.
  ResizeNearestNeighborGrad: {
    'two factors': () =>
      tf.grad((x) => half(tf.image.resizeNearestNeighbor(x as Tensor4D, [12, 21])))(tf.randomNormal([1, 6, 7, 3])),
    'the same size': () => tf.grad((x) => half(tf.image.resizeNearestNeighbor(x as Tensor4D, [6, 7])))(image(FIRST)),
  },
  MaxPoolGrad: named(VARIANTS, (variant) => tf.grad((x) => half(pool('maxPool')(variant, x)))(distinct(variant))),
  // Not where the border is padded: there cpu's gradient counts the padding, which its average leaves out.
  AvgPoolGrad: named(UNPADDED, (variant) => tf.grad((x) => half(pool('avgPool')(variant, x)))(image(variant))),
};

/** Enlarging by factors that are not whole, and pools of whole numbers. */
export const declinedImages: KernelCases = {
  ResizeNearestNeighbor: {
    'another factor': () => tf.image.resizeNearestNeighbor(image(FIRST), [9, 9]),
    'aligned corners': () => tf.image.resizeNearestNeighbor(image(FIRST), [12, 14], true),
  },
  ResizeNearestNeighborGrad: {
    'another factor': () => tf.grad((x) => half(tf.image.resizeNearestNeighbor(x as Tensor4D, [9, 9])))(image(FIRST)),
  },
  MaxPool: { 'whole numbers': () => tf.maxPool(tf.cast(shuffled([1, 4, 4, 1]), 'int32') as Tensor4D, 2, 2, 'valid') },
};
