/** Operators of one operand; the names are ONNX's. */
export const UNARY = ['Abs', 'Neg', 'Sqrt', 'Reciprocal'] as const;

/** Operators that generated code computes, one coordinate at a time: those of one operand, and those of two. */
export const ELEMENTWISE = ['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max', ...UNARY] as const;

/** An operator of {@link ELEMENTWISE}. */
export type ElementwiseOp = (typeof ELEMENTWISE)[number];

/**
 * A chain of elementwise operators over arrays of one length, computed in one pass: an optimizer's update, the sizes of
 * what it changes.
 *
 * Where there are vectors, the arrays are matrices of one shape. Values are numbered: the arrays first, then the vectors
 * by rows, those by columns, the scalars, and the results of `steps` in order.
 */
export interface Program {
  /** Arrays read. */
  arrays: number;
  /** Vectors read that have one number for each row, which stands in all its places; none unless given. */
  rows?: number;
  /** Vectors read that have one number for each column; none unless given. */
  columns?: number;
  /** Numbers that stand in every place. */
  scalars: number;
  steps: readonly { op: ElementwiseOp; operands: readonly number[] }[];
  /** Numbers of the values that are written to arrays. */
  outputs: readonly number[];
  /** Numbers of the values whose sum is wanted, summed in double precision. */
  sums: readonly number[];
}

/** The same text for equal programs. */
export function programKey({ arrays, rows = 0, columns = 0, scalars, steps, outputs, sums }: Program): string {
  const lines = steps.map(({ op, operands }) => `${op}${operands.join()}`);
  return `${arrays};${rows};${columns};${scalars};${lines.join(' ')};${outputs.join()};${sums.join()}`;
}
