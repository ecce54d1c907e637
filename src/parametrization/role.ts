/** How a parameter's shape grows with width. */
export type Role = 'input' | 'hidden' | 'readout' | 'vector' | 'scalar';

/** What a role is read from. */
export interface RoleEvidence {
  /** The parameter's shape; TF.js lays kernels out as [..., fanIn, fanOut]. */
  shape: readonly number[];
  /** Per dimension of `shape`: whether it grows with width. */
  infinite: readonly boolean[];
  /** Class name of the layer that owns the parameter; null in a hand-written model. */
  layerClass: string | null;
  /** The parameter's name; its last path segment is the weight's own name, such as `depthwiseKernel`. */
  name: string;
  /** How the forward pass takes it in, where that was seen: it then decides, whatever the layout of the shape. */
  way?: ParameterWay | null;
}

/** How a forward pass takes a parameter in. */
export interface ParameterWay {
  kind: 'product' | 'lookup' | 'elementwise';
  /** Its axes that are summed over: the fan-in. A lookup is a product with one-hot rows. */
  summed: readonly number[] | null;
}

/** Layers whose weights multiply elementwise, whatever their rank: norm gains, per-channel slopes, depthwise kernels. */
const ELEMENTWISE_LAYERS = new Set([
  'DepthwiseConv2D',
  'BatchNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'PReLU',
]);

/**
 * The role of a parameter, from which of its dimensions are infinite, and from how it is used where that is known.
 *
 * A sum over infinite dimensions is an infinite fan-in, dimensions that stay are fan-out: both infinite is hidden,
 * fan-out alone input (embeddings too), fan-in alone readout. One infinite dimension used elementwise (rank 1, or a
 * depthwise kernel): vector. None: scalar. Where the use was not seen, TF.js's layout of kernels stands for it: the last
 * dimension is fan-out, all others are fan-in.
 *
 * @param evidence - shape, infinite dimensions, and what is known of the owner and of the use
 * @returns the role of that use: a tied embedding is input where it is looked up, and readout where it is multiplied
 */
export function roleOf(evidence: RoleEvidence): Role {
  const { infinite, way } = evidence;
  if (!infinite.some(Boolean)) return 'scalar';
  const fromShape = roleOfShape(evidence);
  if (way == null || way.summed === null) return fromShape;
  const { kind, summed } = way;
  // A table that is added row by row, such as positions, is looked up by its place; what has two infinite dimensions is
  // a matrix whose product is written out as a sum.
  if (kind === 'elementwise') return fromShape === 'readout' ? 'vector' : fromShape;
  const fanIn = infinite.some((isInfinite, axis) => isInfinite && summed.includes(axis));
  const fanOut = infinite.some((isInfinite, axis) => isInfinite && !summed.includes(axis));
  return fanIn ? (fanOut ? 'hidden' : 'readout') : 'input';
}

function roleOfShape({ shape, infinite, layerClass, name }: RoleEvidence): Role {
  const count = infinite.filter(Boolean).length;
  if (shape.length === 1) return 'vector';
  const weight = name.slice(name.lastIndexOf('/') + 1);
  const elementwise = weight.toLowerCase().includes('depthwise') || ELEMENTWISE_LAYERS.has(layerClass ?? '');
  // A depthwise layer's bias has rank 1 and is a vector anyway.
  if (elementwise) return 'vector';
  if (count >= 2) return 'hidden';
  return infinite[shape.length - 1] === true ? 'input' : 'readout';
}
