import { tf } from '../../tf.js';
import type { Graph, GraphNode } from '../graph.js';
import { apply, binary, cast, scalar, transpose, type KernelTable, type OnnxKernel } from './kernel.js';

const { backend_util: shapes, util } = tf;

interface Reduced {
  axes: number[];
  shape: number[];
}

function reducedShape(x: GraphNode, axis: unknown, keepDims: boolean): Reduced {
  const axes = util.parseAxisParam(axis as number | number[], [...x.shape]);
  const [kept] = shapes.computeOutAndReduceShapes([...x.shape], axes);
  return { axes, shape: keepDims ? shapes.expandShapeToKeepDim(kept, axes) : kept };
}

function reduced(graph: Graph, op: string, x: GraphNode, { axes, shape }: Reduced): GraphNode {
  if (axes.length === 0) return x;
  const keepdims = shape.length === x.shape.length ? 1 : 0;
  return apply(graph, op, [x, graph.constant('int64', axes)], { shape, attributes: { keepdims } });
}

const reduction =
  (op: string): OnnxKernel =>
  (graph, { x }, { axis, keepDims }) =>
    x!.size === 0 ? null : reduced(graph, op, x!, reducedShape(x!, axis, keepDims === true));

/** A sum; one of −x, as a cross-entropy is, is turned afterwards, when it is small. */
const sum: OnnxKernel = (graph, inputs, attributes) => {
  const { op, values, inputs: negated } = inputs['x']!;
  const isNegative = op === 'Neg' && values === null;
  const total = reduction('ReduceSum')(graph, isNegative ? { x: negated[0]! } : inputs, attributes) as GraphNode | null;
  return isNegative && total !== null ? apply(graph, 'Neg', [total]) : total;
};

/** The largest or smallest value; NaN where there is one, which ONNX Runtime may pass over. */
const extreme =
  (op: string, axisName = 'axis'): OnnxKernel =>
  (graph, { x }, { [axisName]: axis, keepDims }) => {
    if (x!.size === 0) return null;
    const along = reducedShape(x!, axis, keepDims === true);
    if (x!.type !== 'float32') return cast(graph, reduced(graph, op, cast(graph, x!, 'int32'), along), x!.type);
    const isNaN = apply(graph, 'IsNaN', [x!], { type: 'bool' });
    // As bytes: floats would be four times as many to read.
    const spoilt = reduced(graph, 'ReduceMax', cast(graph, isNaN, 'uint8'), along);
    const inputs = [cast(graph, spoilt, 'bool'), scalar(graph, Number.NaN), reduced(graph, op, x!, along)];
    return graph.node({ op: 'Where', inputs, shape: along.shape, type: 'float32' });
  };

/** Extremes of booleans: whether all of them, or any of them, are true. */
const logical =
  (op: string): OnnxKernel =>
  (graph, { x }, { axis, keepDims }) => {
    if (x!.size === 0) return null;
    const bits = cast(graph, x!, 'int32');
    return cast(graph, reduced(graph, op, bits, reducedShape(x!, axis, keepDims === true)), 'bool');
  };

const mean: OnnxKernel = (graph, { x }, { axis, keepDims }) => {
  if (x!.size === 0) return null;
  return reduced(graph, 'ReduceMean', cast(graph, x!, 'float32'), reducedShape(x!, axis, keepDims === true));
};

const placeOf =
  (op: string): OnnxKernel =>
  (graph, { x }, { axis }) => {
    if (x!.size === 0) return null;
    const [place] = util.parseAxisParam(axis as number, [...x!.shape]);
    const shape = x!.shape.filter((_, i) => i !== place);
    const numbers = x!.type === 'bool' ? cast(graph, x!, 'int32') : x!;
    const at = apply(graph, op, [numbers], { shape, type: 'int64', attributes: { axis: place ?? 0, keepdims: 0 } });
    return cast(graph, at, 'int32');
  };

const cumsum: OnnxKernel = (graph, { x }, { axis, exclusive, reverse }) =>
  apply(
    graph,
    'CumSum',
    [x!.type === 'bool' ? cast(graph, x!, 'int32') : x!, graph.constant('int64', [axis as number], [])],
    {
      attributes: { exclusive: exclusive === true ? 1 : 0, reverse: reverse === true ? 1 : 0 },
    },
  );

/** Along TF.js's `dim`, which is the last one unless said otherwise. */
const softmax: OnnxKernel = (graph, { logits }, { dim }) =>
  apply(graph, 'Softmax', [logits!], { attributes: { axis: dim as number } });

const batchNorm: OnnxKernel = (graph, inputs, { varianceEpsilon = 0.001 }) => {
  const { x, mean: average, variance, scale, offset } = inputs;
  const epsilon = graph.splat(varianceEpsilon as number, [], 'float32');
  const deviation = apply(graph, 'Sqrt', [binary(graph, 'Add', variance!, epsilon)]);
  const inverse = apply(graph, 'Reciprocal', [deviation]);
  const gain = scale === undefined ? inverse : binary(graph, 'Mul', inverse, scale);
  const normal = binary(graph, 'Mul', binary(graph, 'Sub', x!, average!), gain);
  return offset === undefined ? normal : binary(graph, 'Add', normal, offset);
};

const transposeKernel: OnnxKernel = (graph, { x }, { perm }) => transpose(graph, x!, perm as number[]);

/** Along axes: sums, means, extremes, softmax, normalization by given moments. */
export const reductionKernels: KernelTable = {
  Sum: sum,
  Mean: mean,
  Max: extreme('ReduceMax', 'reductionIndices'),
  Min: extreme('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: placeOf('ArgMax'),
  ArgMin: placeOf('ArgMin'),
  Cumsum: cumsum,
  Softmax: softmax,
  FusedBatchNorm: batchNorm,
  Transpose: transposeKernel,
};
