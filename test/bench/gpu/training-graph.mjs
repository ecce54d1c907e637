// A whole training step, Adam's update included, as one ONNX graph.
import { onnxModel } from '../../../dist/engine/onnx/onnx-model.js';
import { ADAM, BATCH, CLASSES, FEATURES, kernelShapes } from './problem.mjs';

/** Names of what a step hands to the next: kernels and Adam's moments. */
export const STATE = ['w', 'm', 'v'].flatMap((kind) => [0, 1, 2].map((i) => `${kind}${i}`));

/**
 * Inputs: x, y, STATE, and Adam's bias corrections c1, c2. Outputs: loss, logits, and `next_` of STATE.
 *
 * @param {number} width
 */
export function trainingModel(width) {
  const { operators, apply } = operatorList();
  const constants = [];
  const number = (value) => {
    const name = `constant_${constants.length}`;
    constants.push({ name, type: 'float32', shape: [], values: Float32Array.of(value) });
    return name;
  };

  const h0 = apply('Relu', [apply('MatMul', ['x', 'w0'])]);
  const h1 = apply('Relu', [apply('MatMul', [h0, 'w1'])]);
  apply('MatMul', [h1, 'w2'], { to: 'logits' });
  const p = apply('Softmax', ['logits'], { attributes: { axis: -1 } });
  const surprise = apply('Mul', ['y', apply('Log', [p])]);
  constants.push({ name: 'axis', type: 'int64', shape: [1], values: BigInt64Array.of(1n) });
  const sums = apply('ReduceSum', [surprise, 'axis'], { attributes: { keepdims: 0 } });
  apply('Neg', [apply('ReduceMean', [sums], { attributes: { keepdims: 0 } })], { to: 'loss' });

  const zero = number(0);
  const behindRelu = (gradient, h) =>
    apply('Mul', [gradient, apply('Cast', [apply('Greater', [h, zero])], { attributes: { to: 1 } })]);
  const d2 = apply('Mul', [apply('Sub', [p, 'y']), number(1 / BATCH)]);
  const d1 = behindRelu(apply('Gemm', [d2, 'w2'], { attributes: { transB: 1 } }), h1);
  const d0 = behindRelu(apply('Gemm', [d1, 'w1'], { attributes: { transB: 1 } }), h0);
  const gradient = (h, d) => apply('Gemm', [h, d], { attributes: { transA: 1 } });
  const gradients = [gradient('x', d0), gradient(h0, d1), gradient(h1, d2)];

  const { learningRate, beta1, beta2, epsilon } = ADAM;
  const rate = number(learningRate);
  const [b1, b2, r1, r2, tiny] = [beta1, beta2, 1 - beta1, 1 - beta2, epsilon].map(number);
  gradients.forEach((g, i) => {
    const m = apply('Add', [apply('Mul', [`m${i}`, b1]), apply('Mul', [g, r1])], { to: `next_m${i}` });
    const v = apply('Add', [apply('Mul', [`v${i}`, b2]), apply('Mul', [apply('Mul', [g, g]), r2])], {
      to: `next_v${i}`,
    });
    const size = apply('Add', [apply('Sqrt', [apply('Mul', [v, 'c2'])]), tiny]);
    const direction = apply('Div', [apply('Mul', [m, 'c1']), size]);
    apply('Sub', [`w${i}`, apply('Mul', [direction, rate])], { to: `next_w${i}` });
  });

  const shapes = kernelShapes(width);
  const state = (prefix) => STATE.map((name) => port(prefix + name, shapes[Number(name[1])]));
  return onnxModel({
    operators,
    constants,
    inputs: [port('x', [BATCH, FEATURES]), port('y', [BATCH, CLASSES]), ...state(''), port('c1', []), port('c2', [])],
    outputs: [port('loss', []), port('logits', [BATCH, CLASSES]), ...state('next_')],
  });
}

/**
 * A chain of products of x, rows by side, by one kernel; its output is one value of the last.
 *
 * @param {{ rows: number, side: number }} sizes
 * @param {number} length
 */
export function productModel({ rows, side }, length) {
  const { operators, apply } = operatorList();
  const last = Array.from({ length }).reduce((x) => apply('MatMul', [x, 'kernel']), 'x');
  apply('Slice', [last, 'from', 'to'], { to: 'corner' });
  const indices = (name, value) => ({ name, type: 'int64', shape: [2], values: BigInt64Array.of(value, value) });
  return onnxModel({
    operators,
    constants: [indices('from', 0n), indices('to', 1n)],
    inputs: [port('x', [rows, side]), port('kernel', [side, side])],
    outputs: [port('corner', [1, 1])],
  });
}

function port(name, shape) {
  return { name, type: 'float32', shape };
}

function operatorList() {
  const operators = [];
  const apply = (op, inputs, { to = `t${operators.length}`, attributes = {} } = {}) => {
    operators.push({ name: `${op} ${to}`, op, domain: '', inputs, outputs: [to], attributes });
    return to;
  };
  return { operators, apply };
}
