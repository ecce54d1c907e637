import { tf } from '../../tf.js';
import { baseOf, type Graph, type GraphNode } from '../graph.js';
import { apply, binary, box, cast, expanded, scalar, type KernelTable, type OnnxKernel } from './kernel.js';

const { util } = tf;

/** Whether all indices are of an axis; not known while recording of those that are computed. */
function areWithin(graph: Graph, indices: GraphNode, size: number): boolean | 'unknown' {
  const shown = baseOf(indices);
  if (shown.values === null) return 'unknown';
  return graph.ask(shown, (values) => (values as Int32Array).every((index) => index >= 0 && index < size)) as boolean;
}

/** Indices with negative ones, which ONNX counts from the end, moved behind the end: outside, they are refused. */
function refusingNegative(graph: Graph, indices: GraphNode, sizes: readonly number[]): GraphNode {
  const whole = cast(graph, indices, 'int32');
  const isNegative = binary(graph, 'Less', whole, scalar(graph, 0, 'int32'), 'bool');
  const behind = graph.constant('int32', sizes, sizes.length === 1 ? [] : [sizes.length]);
  return graph.node({ op: 'Where', inputs: [isNegative, behind, whole], shape: whole.shape, type: 'int32' });
}

/** Indices outside the axis are errors: cpu names the given one at fault, ONNX Runtime a computed one. */
const gatherV2: OnnxKernel = (graph, { x, indices }, { axis, batchDims }) => {
  const [place = 0] = util.parseAxisParam(axis as number, [...x!.shape]);
  const batch = (batchDims as number | undefined) ?? 0;
  const size = x!.shape[place]!;
  const isWithin = areWithin(graph, indices!, size);
  if (isWithin === false) return null;
  const safe = isWithin === true ? indices! : refusingNegative(graph, indices!, [size]);
  if (batch > 0) return batch === place ? batchGathered(graph, x!, safe, batch) : null;
  const shape = [...x!.shape.slice(0, place), ...indices!.shape, ...x!.shape.slice(place + 1)];
  return apply(graph, 'Gather', [x!, cast(graph, safe, 'int32')], { shape, attributes: { axis: place } });
};

/** Along the axis after the batch, by indices of each batch's own. */
function batchGathered(graph: Graph, x: GraphNode, indices: GraphNode, batch: number): GraphNode {
  const places = graph.reshape(cast(graph, indices, 'int64'), [...indices.shape, 1]);
  const shape = [...indices.shape, ...x.shape.slice(batch + 1)];
  return apply(graph, 'GatherND', [x, places], { shape, attributes: { batch_dims: batch } });
}

const gatherNd: OnnxKernel = (graph, { params, indices }) => {
  const depth = indices!.shape.at(-1)!;
  const shape = [...indices!.shape.slice(0, -1), ...params!.shape.slice(depth)];
  if (depth === 0) return null;
  const places = cast(graph, refusingNegative(graph, indices!, params!.shape.slice(0, depth)), 'int64');
  return apply(graph, 'GatherND', [params!, places], { shape, attributes: { batch_dims: 0 } });
};

/** Sums rows into the segments their ids name. Rows of no segment get one of their own, which is cut off again. */
const unsortedSegmentSum: OnnxKernel = (graph, { x, segmentIds }, { numSegments }) => {
  if (x!.type !== 'float32') return null;
  const segments = numSegments as number;
  const rest = x!.shape.slice(segmentIds!.shape.length);
  const areSafe = areWithin(graph, segmentIds!, segments) === true;
  const places = areSafe ? segmentIds! : withoutStrays(graph, segmentIds!, segments);
  const ids = graph.reshape(cast(graph, places, 'int64'), [...segmentIds!.shape, 1]);
  const shape = [areSafe ? segments : segments + 1, ...rest];
  const zeros = expanded(graph, graph.constant('float32', [0], []), shape);
  const sums = apply(graph, 'ScatterND', [zeros, ids, x!], { shape, attributes: { reduction: 'add' } });
  return box(graph, sums, { begin: shape.map(() => 0), size: [segments, ...rest] });
};

/** Ids, those that name no segment replaced by the number after the last segment's. */
function withoutStrays(graph: Graph, ids: GraphNode, segments: number): GraphNode {
  const last = graph.constant('int32', [segments], []);
  const isStray = apply(graph, 'Less', [ids, graph.constant('int32', [0], [])], { type: 'bool' });
  const inside = apply(graph, 'Min', [ids, last]);
  return graph.node({ op: 'Where', inputs: [isStray, last, inside], shape: ids.shape, type: 'int32' });
}

const oneHot: OnnxKernel = (graph, { indices }, { depth, onValue, offValue, dtype }) => {
  if (dtype !== 'float32' && dtype !== 'int32') return null;
  const values = graph.constant('float32', [offValue as number, onValue as number]);
  const inputs = [cast(graph, indices!, 'int64'), graph.constant('int64', [depth as number]), values];
  const shape = [...indices!.shape, depth as number];
  // ONNX counts negative indices from the end; TF.js has no class for them.
  const isClass = apply(graph, 'GreaterOrEqual', [indices!, graph.constant(indices!.type, [0], [])], { type: 'bool' });
  const hot = apply(graph, 'OneHot', inputs, { shape, type: 'float32', attributes: { axis: -1 } });
  const off = graph.constant('float32', [offValue as number], []);
  const rows = graph.reshape(isClass, [...indices!.shape, 1]);
  return cast(graph, graph.node({ op: 'Where', inputs: [rows, hot, off], shape, type: 'float32' }), dtype);
};

/** Values taken from places that other values name, or put there. */
export const gatheringKernels: KernelTable = {
  GatherV2: gatherV2,
  GatherNd: gatherNd,
  UnsortedSegmentSum: unsortedSegmentSum,
  OneHot: oneHot,
};
