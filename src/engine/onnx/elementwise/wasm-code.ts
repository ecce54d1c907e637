/**
 * Opcodes used, after the SIMD prefix where the name starts with a vector type. Source: WebAssembly core
 * specification 2.0, section 5.4 (Instructions of the binary format).
 */
export const OPCODE = {
  block: 0x02,
  loop: 0x03,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  f32Load: 0x2a,
  f32Store: 0x38,
  f64Store: 0x39,
  i32Const: 0x41,
  f32Const: 0x43,
  i32GreaterEqual: 0x4f,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  f32Div: 0x95,
  f64Add: 0xa0,
  f64PromoteF32: 0xbb,
  simd: 0xfd,
} as const;

/** SIMD opcodes. */
export const SIMD = {
  load: 0x00,
  store: 0x0b,
  shuffle: 0x0d,
  f32x4Splat: 0x13,
  f64x2ExtractLane: 0x21,
  f64x2PromoteLow: 0x5f,
  f32x4Div: 0xe7,
  f64x2Add: 0xf0,
} as const;

/** Number types of locals and parameters. */
export const TYPE = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b, void: 0x40, function: 0x60 } as const;

/** Alignment (log2 of bytes) and offset of a memory access. */
const MEMORY = { float: [2, 0], vector: [2, 0] } as const;
/** Lanes of the upper two floats, moved to the lower two. */
const UPPER_HALF = [8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15];

/** Instructions being written, in the order of the stack machine. */
export class WasmCode {
  readonly bytes: number[] = [];

  emit(...bytes: readonly number[]): this {
    this.bytes.push(...bytes);
    return this;
  }

  get(local: number): this {
    return this.emit(OPCODE.localGet, ...unsigned(local));
  }

  set(local: number): this {
    return this.emit(OPCODE.localSet, ...unsigned(local));
  }

  /** A SIMD instruction; opcodes above 127 take two bytes. */
  simd(opcode: number, ...immediates: readonly number[]): this {
    return this.emit(OPCODE.simd, ...unsigned(opcode), ...immediates);
  }

  /** A float constant 1. */
  one(): this {
    return this.emit(OPCODE.f32Const, 0, 0, 0x80, 0x3f);
  }

  loadFloat(): this {
    return this.emit(OPCODE.f32Load, ...MEMORY.float);
  }

  storeFloat(): this {
    return this.emit(OPCODE.f32Store, ...MEMORY.float);
  }

  loadVector(): this {
    return this.simd(SIMD.load, ...MEMORY.vector);
  }

  storeVector(): this {
    return this.simd(SIMD.store, ...MEMORY.vector);
  }

  /** The upper two floats of the vector on the stack, as its lower two. */
  upperHalf(vector: number): this {
    return this.get(vector)
      .get(vector)
      .simd(SIMD.shuffle, ...UPPER_HALF);
  }

  /** A whole number, below 64. */
  constant(value: number): this {
    return this.emit(OPCODE.i32Const, value);
  }

  /** `while (at < end) { body; at += stride }`, unsigned; `stride` puts the number on the stack. */
  loop({ at, end, stride }: { at: number; end: number; stride: () => void }, body: () => void): this {
    this.emit(OPCODE.block, TYPE.void, OPCODE.loop, TYPE.void);
    this.get(at).get(end).emit(OPCODE.i32GreaterEqual, OPCODE.brIf, 1);
    body();
    this.get(at);
    stride();
    this.emit(OPCODE.i32Add).set(at);
    return this.emit(OPCODE.br, 0, OPCODE.end, OPCODE.end);
  }
}

/** LEB128, as WebAssembly writes whole numbers. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

/** A vector of the binary format: its length, then its items. */
export function list(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

/** A section of a module. */
export function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...unsigned(bytes.length), ...bytes];
}

/** A name, as UTF-8. */
export function name(text: string): number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...unsigned(bytes.length), ...bytes];
}
