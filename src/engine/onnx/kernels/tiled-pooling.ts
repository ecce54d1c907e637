import type { backend_util as shapes } from '@tensorflow/tfjs-core';
import type { Graph, GraphNode } from '../graph.js';
import { apply, binary, box, cast, concatenated, expanded, scalar } from './kernel.js';

type Geometry = ReturnType<typeof shapes.computePool2DInfo>;

/**
 * Whether windows tile the image: side by side, without padding or rest.
 *
 * The usual case, and an easy one: each place of the window is a strided slice, so pooling is arithmetic on a few images
 * in TF.js's own layout. ONNX's pools want channels first and, asked for the origins of maxima, take three times as long.
 */
export function isTiled(at: Geometry): boolean {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = at;
  const tiles = filterHeight === strideHeight && filterWidth === strideWidth;
  const covers = at.outHeight * filterHeight === at.inHeight && at.outWidth * filterWidth === at.inWidth;
  const { top, bottom, left, right } = at.padInfo;
  return tiles && covers && dilationHeight * dilationWidth === 1 && top + bottom + left + right === 0;
}

/** Largest of each window, [batch, outHeight, outWidth, channels]. */
export function tiledMax(graph: Graph, x: GraphNode, at: Geometry): GraphNode {
  // By twos: an operator of more inputs cannot be part of an optimizer's tail.
  return places(graph, x, at).reduce((largest, place) => binary(graph, 'Max', largest, place));
}

/** Mean of each window, [batch, outHeight, outWidth, channels]. */
export function tiledMean(graph: Graph, x: GraphNode, at: Geometry): GraphNode {
  const sum = apply(graph, 'Sum', places(graph, x, at));
  return binary(graph, 'Mul', sum, scalar(graph, 1 / (at.filterHeight * at.filterWidth)));
}

/** The gradient of each maximum, at the first place of its window that holds it. */
export function tiledMaxGradient(graph: Graph, { dy, x }: { dy: GraphNode; x: GraphNode }, at: Geometry): GraphNode {
  const inputs = places(graph, x, at);
  const maxima = tiledMax(graph, x, at);
  let taken: GraphNode | null = null;
  const masks = inputs.map((input, i) => {
    const not: GraphNode | null = taken === null ? null : apply(graph, 'Not', [taken]);
    const isLast = i === inputs.length - 1;
    const holds = isLast && not !== null ? not : binary(graph, 'Equal', input, maxima, 'bool');
    const isFirst = isLast || not === null ? holds : binary(graph, 'And', holds, not);
    taken = taken === null ? holds : binary(graph, 'Or', taken, holds);
    return isFirst;
  });
  // Truth values are put together, not gradients, which are four times as large.
  const isOrigin = cast(graph, joinedTiles(graph, masks, at), 'float32');
  const { batchSize, outHeight, outWidth, inHeight, inWidth, inChannels } = at;
  const windows = graph.reshape(dy, [batchSize, outHeight, 1, outWidth, 1, inChannels]);
  return graph.reshape(binary(graph, 'Mul', isOrigin, windows), [batchSize, inHeight, inWidth, inChannels]);
}

/** The gradient of each mean, shared by all places of its window. */
export function tiledMeanGradient(graph: Graph, dy: GraphNode, at: Geometry): GraphNode {
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels } = at;
  const share = binary(graph, 'Mul', dy, scalar(graph, 1 / (filterHeight * filterWidth)));
  const windows = graph.reshape(share, [batchSize, outHeight, 1, outWidth, 1, inChannels]);
  const shape = [batchSize, outHeight, filterHeight, outWidth, filterWidth, inChannels];
  return graph.reshape(expanded(graph, windows, shape), [batchSize, at.inHeight, at.inWidth, inChannels]);
}

/** What each place of the window sees, row by row: images [batch, outHeight, outWidth, channels]. */
function places(graph: Graph, x: GraphNode, at: Geometry): GraphNode[] {
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels } = at;
  const tiles = graph.reshape(x, [batchSize, outHeight, filterHeight, outWidth, filterWidth, inChannels]);
  const size = [batchSize, outHeight, 1, outWidth, 1, inChannels];
  return Array.from({ length: filterHeight * filterWidth }, (_, k) => {
    const begin = [0, 0, Math.floor(k / filterWidth), 0, k % filterWidth, 0];
    return graph.reshape(box(graph, tiles, { begin, size }), [batchSize, outHeight, outWidth, inChannels]);
  });
}

/** The tiles whose places are these images, [batch, outHeight, filterHeight, outWidth, filterWidth, channels]. */
function joinedTiles(graph: Graph, images: readonly GraphNode[], at: Geometry): GraphNode {
  const { batchSize, outHeight, outWidth, filterHeight, filterWidth, inChannels } = at;
  const single = [batchSize, outHeight, 1, outWidth, 1, inChannels];
  const rows = Array.from({ length: filterHeight }, (_, row) => {
    const parts = images.slice(row * filterWidth, (row + 1) * filterWidth).map((image) => graph.reshape(image, single));
    return concatenated(graph, parts, 4);
  });
  return concatenated(graph, rows, 2);
}
