import type { ElementwiseOp, Program } from './program.js';

/**
 * Computes a program on arrays in the engine's memory.
 *
 * Arguments: the arrays' addresses, the outputs' addresses, the address of the sums (one double each), the bytes of an
 * array that are a multiple of 16, all bytes of an array, then the scalars.
 */
export type CompiledProgram = (...addressesAndScalars: number[]) => void;

const I32 = 0x7f;
const F32 = 0x7d;
const F64 = 0x7c;
const V128 = 0x7b;
const SIMD = 0xfd;
/** Opcodes: [f32x4 after the SIMD prefix, f32]. Source: the WebAssembly core specification 2.0, section 5.4. */
const OPCODES: Record<Exclude<ElementwiseOp, 'Reciprocal'>, [number, number]> = {
  Abs: [0xe0, 0x8b],
  Neg: [0xe1, 0x8c],
  Sqrt: [0xe3, 0x91],
  Add: [0xe4, 0x92],
  Sub: [0xe5, 0x93],
  Mul: [0xe6, 0x94],
  Div: [0xe7, 0x95],
  Min: [0xe8, 0x96],
  Max: [0xe9, 0x97],
};
const HIGH_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];
const ONE = [0x43, 0, 0, 0x80, 0x3f];

/** Compiles a program to a WebAssembly function over `memory`: four coordinates at a time, then the rest one by one. */
export function compileProgram(program: Program, memory: WebAssembly.Memory): CompiledProgram {
  const module = new WebAssembly.Module(Uint8Array.from(moduleBytes(program)));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  return exports['run'] as CompiledProgram;
}

/** Where everything lies among the function's locals. */
interface Locals {
  array(i: number): number;
  output(i: number): number;
  sumsAt: number;
  simdEnd: number;
  end: number;
  scalar(i: number): number;
  /** The byte both loops are at. */
  at: number;
  vector(value: number): number;
  lane(value: number): number;
  sumVector(i: number): number;
  sumLane(i: number): number;
}

function locals({ arrays, scalars, steps, outputs, sums }: Program): Locals {
  const pointers = arrays + outputs.length;
  const parameters = pointers + 3 + scalars;
  const values = arrays + scalars + steps.length;
  const vectors = parameters + 1;
  const sumVectors = vectors + values;
  const lanes = sumVectors + sums.length;
  const sumLanes = lanes + values;
  return {
    array: (i) => i,
    output: (i) => arrays + i,
    sumsAt: pointers,
    simdEnd: pointers + 1,
    end: pointers + 2,
    scalar: (i) => pointers + 3 + i,
    at: parameters,
    vector: (value) => vectors + value,
    lane: (value) => lanes + value,
    sumVector: (i) => sumVectors + i,
    sumLane: (i) => sumLanes + i,
  };
}

function moduleBytes(program: Program): number[] {
  const { arrays, scalars, steps, outputs, sums } = program;
  const pointers = arrays + outputs.length + 3;
  const parameters = [...repeat(I32, pointers), ...repeat(F32, scalars)];
  const values = arrays + scalars + steps.length;
  const declared = [
    [...unsigned(1), I32],
    [...unsigned(values + sums.length), V128],
    [...unsigned(values), F32],
    [...unsigned(sums.length), F64],
  ];
  const body = [...list(declared), ...code(program), 0x0b];
  return [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list([[0x60, ...list(parameters.map((type) => [type])), 0]])),
    // Imported with a maximum, as the memory itself has one.
    ...section(2, list([[...name('engine'), ...name('memory'), 2, 1, ...unsigned(1), ...unsigned(65_536)]])),
    ...section(3, list([[0]])),
    ...section(7, list([[...name('run'), 0, 0]])),
    ...section(10, list([[...unsigned(body.length), ...body]])),
  ];
}

function code(program: Program): number[] {
  const at = locals(program);
  const scalars = Array.from({ length: program.scalars }, (_, i) => program.arrays + i);
  return [
    ...scalars.flatMap((value, i) => [
      ...[...get(at.scalar(i)), ...set(at.lane(value))],
      ...[...get(at.scalar(i)), SIMD, 0x13, ...set(at.vector(value))],
    ]),
    ...loop(at, { end: at.simdEnd, stride: 16, body: vectorBody(program, at) }),
    ...loop(at, { end: at.end, stride: 4, body: laneBody(program, at) }),
    ...program.sums.flatMap((_, i) => [
      ...[...get(at.sumsAt), ...get(at.sumLane(i))],
      ...[...get(at.sumVector(i)), SIMD, 0x21, 0, 0xa0],
      ...[...get(at.sumVector(i)), SIMD, 0x21, 1, 0xa0],
      ...[0x39, 3, ...unsigned(8 * i)],
    ]),
  ];
}

/** `while (at < end) { body; at += stride }`. */
function loop(at: Locals, { end, stride, body }: { end: number; stride: number; body: number[] }): number[] {
  const isDone = [...get(at.at), ...get(end), 0x4f];
  const advance = [...get(at.at), 0x41, stride, 0x6a, ...set(at.at)];
  return [0x02, 0x40, 0x03, 0x40, ...isDone, 0x0d, 1, ...body, ...advance, 0x0c, 0, 0x0b, 0x0b];
}

function vectorBody({ arrays, scalars, steps, outputs, sums }: Program, at: Locals): number[] {
  const loads = count(arrays).flatMap((i) => [...address(at, at.array(i)), SIMD, 0x00, 2, 0, ...set(at.vector(i))]);
  const results = steps.flatMap(({ op, operands }, i) => {
    const gets = operands.flatMap((value) => get(at.vector(value)));
    const result = set(at.vector(arrays + scalars + i));
    if (op === 'Reciprocal') return [...ONE, SIMD, 0x13, ...gets, SIMD, 0xe7, 1, ...result];
    return [...gets, SIMD, OPCODES[op][0], 1, ...result];
  });
  const stores = outputs.flatMap((value, i) => [
    ...[...address(at, at.output(i)), ...get(at.vector(value))],
    ...[SIMD, 0x0b, 2, 0],
  ]);
  const added = sums.flatMap((value, i) => [
    ...[...get(at.sumVector(i)), ...get(at.vector(value)), SIMD, 0x5f, SIMD, 0xf0, 1],
    ...[...get(at.vector(value)), ...get(at.vector(value)), SIMD, 0x0d, ...HIGH_HALF, SIMD, 0x5f, SIMD, 0xf0, 1],
    ...set(at.sumVector(i)),
  ]);
  return [...loads, ...results, ...stores, ...added];
}

function laneBody({ arrays, scalars, steps, outputs, sums }: Program, at: Locals): number[] {
  const loads = count(arrays).flatMap((i) => [...address(at, at.array(i)), 0x2a, 2, 0, ...set(at.lane(i))]);
  const results = steps.flatMap(({ op, operands }, i) => {
    const gets = operands.flatMap((value) => get(at.lane(value)));
    const result = set(at.lane(arrays + scalars + i));
    if (op === 'Reciprocal') return [...ONE, ...gets, 0x95, ...result];
    return [...gets, OPCODES[op][1], ...result];
  });
  const stores = outputs.flatMap((value, i) => [...address(at, at.output(i)), ...get(at.lane(value)), ...[0x38, 2, 0]]);
  const added = sums.flatMap((value, i) => [
    ...[...get(at.sumLane(i)), ...get(at.lane(value)), 0xbb, 0xa0],
    ...set(at.sumLane(i)),
  ]);
  return [...loads, ...results, ...stores, ...added];
}

function address(at: Locals, pointer: number): number[] {
  return [...get(pointer), ...get(at.at), 0x6a];
}

function get(local: number): number[] {
  return [0x20, ...unsigned(local)];
}

function set(local: number): number[] {
  return [0x21, ...unsigned(local)];
}

function count(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function repeat(value: number, times: number): number[] {
  return Array.from({ length: times }, () => value);
}

/** LEB128, as WebAssembly writes whole numbers. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

function list(items: readonly number[][]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...unsigned(bytes.length), ...bytes];
}
