/** Element types, with ONNX's numbers for them (TensorProto.DataType). */
export const ONNX_TYPE = { float32: 1, uint8: 2, int32: 6, int64: 7, bool: 9, bfloat16: 16 } as const;

/** An element type the graph knows; `int64` is for indices and shapes, `uint8` for marks, both of which TF.js never sees. */
export type ElementType = Exclude<keyof typeof ONNX_TYPE, 'bfloat16'>;

/** The typed arrays of the element types. */
export type Values = Float32Array | Int32Array | Uint8Array | BigInt64Array;

/** An array of an element type's own kind, its values not set (zero). */
export function arrayOf(type: ElementType, size: number): Values {
  if (type === 'float32') return new Float32Array(size);
  if (type === 'int32') return new Int32Array(size);
  return type === 'int64' ? new BigInt64Array(size) : new Uint8Array(size);
}

/** Numbers as an array of an element type. */
export function valuesOf(type: ElementType, numbers: readonly number[]): Values {
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt);
  const values = arrayOf(type, numbers.length) as Float32Array;
  values.set(numbers);
  return values;
}
