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
 * The role of a parameter, from which of its dimensions are infinite.
 *
 * Two or more infinite dimensions: hidden. Only the last of several: input (embeddings too). Only an earlier one:
 * readout. One infinite dimension used elementwise (rank 1, or a depthwise kernel): vector. None: scalar.
 *
 * @param evidence - shape, infinite dimensions, and what is known of the owner
 * @returns the role; what the shape cannot tell (a readout tied to an embedding) is judged per use, elsewhere
 */
export function roleOf({ shape, infinite, layerClass, name }: RoleEvidence): Role {
  const count = infinite.filter(Boolean).length;
  if (count === 0) return 'scalar';
  if (shape.length === 1) return 'vector';
  const weight = name.slice(name.lastIndexOf('/') + 1);
  const elementwise = weight.toLowerCase().includes('depthwise') || ELEMENTWISE_LAYERS.has(layerClass ?? '');
  // A depthwise layer's bias has rank 1 and is a vector anyway.
  if (elementwise) return 'vector';
  if (count >= 2) return 'hidden';
  return infinite[shape.length - 1] === true ? 'input' : 'readout';
}
