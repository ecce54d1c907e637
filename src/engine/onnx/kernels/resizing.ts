import type { GraphNode } from '../graph.js';
import { apply, expanded, type KernelTable, type OnnxKernel } from './kernel.js';

/**
 * How an image is enlarged by repeating its pixels: its shape [batch, height, 1, width, 1, channels], and that with
 * the times. Null where the size asked for is no multiple, or corners are aligned: repeating is then not what is meant.
 */
function repetition(image: GraphNode, [height, width]: readonly number[], alignCorners: unknown) {
  const [batch = 0, rows = 0, columns = 0, channels = 0] = image.shape;
  const [down, across] = [height! / rows, width! / columns];
  if (alignCorners === true || !Number.isInteger(down) || !Number.isInteger(across)) return null;
  return {
    single: [batch, rows, 1, columns, 1, channels],
    repeated: [batch, rows, down, columns, across, channels],
  };
}

/** Images enlarged by whole factors: every pixel repeated. */
const resizeNearestNeighbor: OnnxKernel = (graph, { images }, { size, alignCorners }) => {
  const shapes = repetition(images!, size as number[], alignCorners);
  if (shapes === null) return null;
  const y = expanded(graph, graph.reshape(images!, shapes.single), shapes.repeated);
  return graph.reshape(y, [images!.shape[0]!, ...(size as number[]), images!.shape[3]!]);
};

/** Every pixel's gradient: the sum of its copies'. */
const resizeNearestNeighborGrad: OnnxKernel = (graph, { images, dy }, { alignCorners }) => {
  const shapes = repetition(images!, dy!.shape.slice(1, 3), alignCorners);
  if (shapes === null) return null;
  const inputs = [graph.reshape(dy!, shapes.repeated), graph.constant('int64', [2, 4])];
  const sums = apply(graph, 'ReduceSum', inputs, { shape: shapes.single, attributes: { keepdims: 1 } });
  return graph.reshape(sums, images!.shape);
};

/** Images made larger. */
export const resizingKernels: KernelTable = {
  ResizeNearestNeighbor: resizeNearestNeighbor,
  ResizeNearestNeighborGrad: resizeNearestNeighborGrad,
};
