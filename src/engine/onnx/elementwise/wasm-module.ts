import type { ElementwiseOp, Program } from './program.js';
import { list, name, OPCODE, section, SIMD, TYPE, unsigned, WasmCode } from './wasm-code.js';

/**
 * Computes a program on arrays in the engine's memory.
 *
 * Arguments: the arrays' addresses, the outputs' addresses, the address of the sums (one double each), the bytes of an
 * array that are a multiple of 16, all bytes of an array, then the scalars.
 */
export type CompiledProgram = (...addressesAndScalars: number[]) => void;

/** Opcodes of each operator: on four floats (SIMD), on one. */
const OPCODES: Record<Exclude<ElementwiseOp, 'Reciprocal'>, { vector: number; lane: number }> = {
  Abs: { vector: 0xe0, lane: 0x8b },
  Neg: { vector: 0xe1, lane: 0x8c },
  Sqrt: { vector: 0xe3, lane: 0x91 },
  Add: { vector: 0xe4, lane: 0x92 },
  Sub: { vector: 0xe5, lane: 0x93 },
  Mul: { vector: 0xe6, lane: 0x94 },
  Div: { vector: SIMD.f32x4Div, lane: OPCODE.f32Div },
  Min: { vector: 0xe8, lane: 0x96 },
  Max: { vector: 0xe9, lane: 0x97 },
};
const MAGIC_AND_VERSION = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const SECTION = { type: 1, import: 2, function: 3, export: 7, code: 10 } as const;
/** An imported memory with limits: at least one page, at most all that 32 bits address. */
const MEMORY_IMPORT = [2, 1, ...unsigned(1), ...unsigned(65_536)];
const FUNCTION_EXPORT = [0, 0];

/** Compiles a program to a WebAssembly function over `memory`: four coordinates at a time, then the rest one by one. */
export function compileProgram(program: Program, memory: WebAssembly.Memory): CompiledProgram {
  const module = new WebAssembly.Module(Uint8Array.from(moduleBytes(program)));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  return exports['run'] as CompiledProgram;
}

/** Numbers of the function's locals: its parameters first, then those it declares, by type. */
interface Locals {
  array(i: number): number;
  output(i: number): number;
  sumsAt: number;
  vectorEnd: number;
  end: number;
  scalar(i: number): number;
  /** The byte both loops are at. */
  at: number;
  vector(value: number): number;
  lane(value: number): number;
  vectorSum(i: number): number;
  laneSum(i: number): number;
}

function localsOf(program: Program): Locals {
  const { arrays, scalars, outputs, sums } = program;
  const pointers = arrays + outputs.length;
  const parameters = pointers + 3 + scalars;
  const values = valuesOf(program);
  const vectors = parameters + 1;
  const lanes = vectors + values + sums.length;
  return {
    array: (i) => i,
    output: (i) => arrays + i,
    sumsAt: pointers,
    vectorEnd: pointers + 1,
    end: pointers + 2,
    scalar: (i) => pointers + 3 + i,
    at: parameters,
    vector: (value) => vectors + value,
    vectorSum: (i) => vectors + values + i,
    lane: (value) => lanes + value,
    laneSum: (i) => lanes + values + i,
  };
}

function valuesOf({ arrays, scalars, steps }: Program): number {
  return arrays + scalars + steps.length;
}

function moduleBytes(program: Program): number[] {
  const { arrays, scalars, outputs, sums } = program;
  const pointers = Array.from({ length: arrays + outputs.length + 3 }, () => [TYPE.i32]);
  const parameters = [...pointers, ...Array.from({ length: scalars }, () => [TYPE.f32])];
  const declared = [
    [1, TYPE.i32],
    [...unsigned(valuesOf(program) + sums.length), TYPE.v128],
    [...unsigned(valuesOf(program)), TYPE.f32],
    [...unsigned(sums.length), TYPE.f64],
  ];
  const body = [...list(declared), ...functionBody(program)];
  return [
    ...MAGIC_AND_VERSION,
    ...section(SECTION.type, list([[TYPE.function, ...list(parameters), 0]])),
    ...section(SECTION.import, list([[...name('engine'), ...name('memory'), ...MEMORY_IMPORT]])),
    ...section(SECTION.function, list([[0]])),
    ...section(SECTION.export, list([[...name('run'), ...FUNCTION_EXPORT]])),
    ...section(SECTION.code, list([[...unsigned(body.length), ...body]])),
  ];
}

function functionBody(program: Program): number[] {
  const code = new WasmCode();
  const locals = localsOf(program);
  for (let i = 0; i < program.scalars; i += 1) {
    const value = program.arrays + i;
    code.get(locals.scalar(i)).set(locals.lane(value));
    code.get(locals.scalar(i)).simd(SIMD.f32x4Splat).set(locals.vector(value));
  }
  const { at, vectorEnd, end } = locals;
  code.loop({ at, end: vectorEnd, stride: 16 }, () => writeVectors(code, program, locals));
  code.loop({ at, end, stride: 4 }, () => writeLanes(code, program, locals));
  program.sums.forEach((_, i) => {
    code.get(locals.sumsAt).get(locals.laneSum(i));
    code.get(locals.vectorSum(i)).simd(SIMD.f64x2ExtractLane, 0).emit(OPCODE.f64Add);
    code.get(locals.vectorSum(i)).simd(SIMD.f64x2ExtractLane, 1).emit(OPCODE.f64Add);
    code.emit(OPCODE.f64Store, 3, ...unsigned(8 * i));
  });
  return code.emit(OPCODE.end).bytes;
}

/** Four coordinates. */
function writeVectors(code: WasmCode, program: Program, { at, array, output, vector, vectorSum }: Locals): void {
  const { arrays, scalars, steps, outputs, sums } = program;
  const address = (pointer: number) => code.get(pointer).get(at).emit(OPCODE.i32Add);
  for (let i = 0; i < arrays; i += 1) address(array(i)).loadVector().set(vector(i));
  steps.forEach(({ op, operands }, i) => {
    if (op === 'Reciprocal') code.one().simd(SIMD.f32x4Splat);
    for (const operand of operands) code.get(vector(operand));
    code.simd(op === 'Reciprocal' ? SIMD.f32x4Div : OPCODES[op].vector).set(vector(arrays + scalars + i));
  });
  outputs.forEach((value, i) => address(output(i)).get(vector(value)).storeVector());
  sums.forEach((value, i) => {
    code.get(vectorSum(i)).get(vector(value)).simd(SIMD.f64x2PromoteLow).simd(SIMD.f64x2Add);
    code.upperHalf(vector(value)).simd(SIMD.f64x2PromoteLow).simd(SIMD.f64x2Add).set(vectorSum(i));
  });
}

/** One coordinate. */
function writeLanes(code: WasmCode, program: Program, { at, array, output, lane, laneSum }: Locals): void {
  const { arrays, scalars, steps, outputs, sums } = program;
  const address = (pointer: number) => code.get(pointer).get(at).emit(OPCODE.i32Add);
  for (let i = 0; i < arrays; i += 1) address(array(i)).loadFloat().set(lane(i));
  steps.forEach(({ op, operands }, i) => {
    if (op === 'Reciprocal') code.one();
    for (const operand of operands) code.get(lane(operand));
    code.emit(op === 'Reciprocal' ? OPCODE.f32Div : OPCODES[op].lane).set(lane(arrays + scalars + i));
  });
  outputs.forEach((value, i) => address(output(i)).get(lane(value)).storeFloat());
  sums.forEach((value, i) => {
    code.get(laneSum(i)).get(lane(value)).emit(OPCODE.f64PromoteF32, OPCODE.f64Add).set(laneSum(i));
  });
}
