import type { ElementwiseOp, Program } from './program.js';
import { list, name, OPCODE, section, SIMD, TYPE, unsigned, WasmCode } from './wasm-code.js';

/**
 * Computes a program on arrays in the engine's memory.
 *
 * Arguments: the addresses of arrays, outputs, vectors by rows and vectors by columns, that of the sums (one double
 * each), the bytes of a row that are a multiple of 16, all bytes of a row, all bytes of an array, then the scalars.
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

/** Compiles a program to a WebAssembly function over `memory`: of each row four coordinates at a time, then the rest one by one. */
export function compileProgram(program: Program, memory: WebAssembly.Memory): CompiledProgram {
  const module = new WebAssembly.Module(Uint8Array.from(moduleBytes(program)));
  const { exports } = new WebAssembly.Instance(module, { engine: { memory } });
  return exports['run'] as CompiledProgram;
}

/** Numbers of the function's locals: its parameters first, then those it declares, by type. */
interface Locals {
  array(i: number): number;
  output(i: number): number;
  row(i: number): number;
  column(i: number): number;
  sumsAt: number;
  rowVectors: number;
  rowBytes: number;
  bytes: number;
  scalar(i: number): number;
  /** Where the row under way starts, where its vectors end and itself, and the byte reached. */
  rowStart: number;
  vectorEnd: number;
  rowEnd: number;
  at: number;
  vector(value: number): number;
  lane(value: number): number;
  vectorSum(i: number): number;
  laneSum(i: number): number;
}

/** Parameters between addresses and scalars. */
const SIZES = 4;
/** Whole numbers declared. */
const PLACES = 4;

function localsOf(program: Program): Locals {
  const { arrays, rows = 0, scalars, outputs, sums } = program;
  const pointers = pointersOf(program);
  const declared = pointers + SIZES + scalars;
  const values = valuesOf(program);
  const vectors = declared + PLACES;
  const lanes = vectors + values + sums.length;
  return {
    array: (i) => i,
    output: (i) => arrays + i,
    row: (i) => arrays + outputs.length + i,
    column: (i) => arrays + outputs.length + rows + i,
    sumsAt: pointers,
    rowVectors: pointers + 1,
    rowBytes: pointers + 2,
    bytes: pointers + 3,
    scalar: (i) => pointers + SIZES + i,
    rowStart: declared,
    vectorEnd: declared + 1,
    rowEnd: declared + 2,
    at: declared + 3,
    vector: (value) => vectors + value,
    vectorSum: (i) => vectors + values + i,
    lane: (value) => lanes + value,
    laneSum: (i) => lanes + values + i,
  };
}

function pointersOf({ arrays, rows = 0, columns = 0, outputs }: Program): number {
  return arrays + outputs.length + rows + columns;
}

function valuesOf({ arrays, rows = 0, columns = 0, scalars, steps }: Program): number {
  return arrays + rows + columns + scalars + steps.length;
}

function moduleBytes(program: Program): number[] {
  const { scalars, sums } = program;
  const pointers = Array.from({ length: pointersOf(program) + SIZES }, () => [TYPE.i32]);
  const parameters = [...pointers, ...Array.from({ length: scalars }, () => [TYPE.f32])];
  const declared = [
    [PLACES, TYPE.i32],
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
  const { arrays, rows = 0, columns = 0, scalars } = program;
  for (let i = 0; i < scalars; i += 1) {
    everywhere(code.get(locals.scalar(i)), arrays + rows + columns + i, locals);
  }
  const { rowStart, rowVectors, rowBytes, bytes, vectorEnd, rowEnd, at } = locals;
  code.loop({ at: rowStart, end: bytes, stride: () => code.get(rowBytes) }, () => {
    for (let i = 0; i < rows; i += 1) {
      everywhere(code.get(locals.row(i)).loadFloat(), arrays + i, locals);
      code.get(locals.row(i)).constant(4).emit(OPCODE.i32Add).set(locals.row(i));
    }
    code.get(rowStart).set(at);
    code.get(rowStart).get(rowVectors).emit(OPCODE.i32Add).set(vectorEnd);
    code.get(rowStart).get(rowBytes).emit(OPCODE.i32Add).set(rowEnd);
    code.loop({ at, end: vectorEnd, stride: () => code.constant(16) }, () => writeVectors(code, program, locals));
    code.loop({ at, end: rowEnd, stride: () => code.constant(4) }, () => writeLanes(code, program, locals));
  });
  program.sums.forEach((_, i) => {
    code.get(locals.sumsAt).get(locals.laneSum(i));
    code.get(locals.vectorSum(i)).simd(SIMD.f64x2ExtractLane, 0).emit(OPCODE.f64Add);
    code.get(locals.vectorSum(i)).simd(SIMD.f64x2ExtractLane, 1).emit(OPCODE.f64Add);
    code.emit(OPCODE.f64Store, 3, ...unsigned(8 * i));
  });
  return code.emit(OPCODE.end).bytes;
}

/** Makes the number on the stack a value, of one coordinate and of four. */
function everywhere(code: WasmCode, value: number, { lane, vector }: Locals): void {
  code.set(lane(value)).get(lane(value)).simd(SIMD.f32x4Splat).set(vector(value));
}

/** Four coordinates. */
function writeVectors(code: WasmCode, program: Program, locals: Locals): void {
  const { steps, outputs, sums } = program;
  const { vector, vectorSum } = locals;
  readEach(code, program, locals, (value) => code.loadVector().set(vector(value)));
  steps.forEach(({ op, operands }, i) => {
    if (op === 'Reciprocal') code.one().simd(SIMD.f32x4Splat);
    for (const operand of operands) code.get(vector(operand));
    code.simd(op === 'Reciprocal' ? SIMD.f32x4Div : OPCODES[op].vector).set(vector(firstStep(program) + i));
  });
  outputs.forEach((value, i) => address(code, locals.output(i), locals).get(vector(value)).storeVector());
  sums.forEach((value, i) => {
    code.get(vectorSum(i)).get(vector(value)).simd(SIMD.f64x2PromoteLow).simd(SIMD.f64x2Add);
    code.upperHalf(vector(value)).simd(SIMD.f64x2PromoteLow).simd(SIMD.f64x2Add).set(vectorSum(i));
  });
}

/** One coordinate. */
function writeLanes(code: WasmCode, program: Program, locals: Locals): void {
  const { steps, outputs, sums } = program;
  const { lane, laneSum } = locals;
  readEach(code, program, locals, (value) => code.loadFloat().set(lane(value)));
  steps.forEach(({ op, operands }, i) => {
    if (op === 'Reciprocal') code.one();
    for (const operand of operands) code.get(lane(operand));
    code.emit(op === 'Reciprocal' ? OPCODE.f32Div : OPCODES[op].lane).set(lane(firstStep(program) + i));
  });
  outputs.forEach((value, i) => address(code, locals.output(i), locals).get(lane(value)).storeFloat());
  sums.forEach((value, i) => {
    code.get(laneSum(i)).get(lane(value)).emit(OPCODE.f64PromoteF32, OPCODE.f64Add).set(laneSum(i));
  });
}

/** The number of the first step's value. */
function firstStep(program: Program): number {
  return valuesOf(program) - program.steps.length;
}

/** Reads what is another number in every place: arrays, and vectors by columns. */
function readEach(code: WasmCode, program: Program, locals: Locals, read: (value: number) => void): void {
  const { arrays, rows = 0, columns = 0 } = program;
  for (let i = 0; i < arrays; i += 1) {
    address(code, locals.array(i), locals);
    read(i);
  }
  for (let i = 0; i < columns; i += 1) {
    address(code, locals.column(i), locals).get(locals.rowStart).emit(OPCODE.i32Sub);
    read(arrays + rows + i);
  }
}

/** Where in an array the coordinate under way is. */
function address(code: WasmCode, pointer: number, { at }: Locals): WasmCode {
  return code.get(pointer).get(at).emit(OPCODE.i32Add);
}
