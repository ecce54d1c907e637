import { failure } from '../errors.js';
import { isLayersModel, namedParameters, type ModelLike } from './parameters.js';

/** Sizes of a parameter's dimensions; in base shapes null where a dimension is finite. */
type Shapes<Size> = Readonly<Record<string, readonly Size[]>>;

/**
 * The shapes a model has at its base width, and which of their dimensions grow with width.
 *
 * Per parameter one entry a dimension: its size at base width where it is infinite, null where it is finite. The same
 * content as the `mup` package's `.bsh` file.
 */
export interface BaseShapes {
  readonly schema: 'coordcheck/base-shapes';
  readonly schemaVersion: 1;
  readonly parameters: Shapes<number | null>;
  /** Every size at base width, finite dimensions too. Absent where it is not known: a `.bsh` file leaves those out. */
  readonly sizes?: Shapes<number>;
}

/**
 * Shapes written down by hand: `{ 'dense_1/kernel': [784, 64], … }`.
 *
 * Sizes alone need those of a second width beside them, to show which dimensions grow. With null for the finite
 * dimensions (`[null, 64]`) they are base shapes already.
 */
export type ShapeRecord = Shapes<number | null>;

/** Whatever base shapes can be read from, but for files. */
export type ShapeSource = ModelLike | ShapeRecord;

/**
 * Finds the infinite dimensions by comparing two small widths of the same model.
 *
 * @param base - the model at base width, or a record of its parameters' sizes
 * @param delta - the same at any other width: a dimension that differs is infinite
 * @returns shapes by parameter name, fit to be saved
 * @throws CoordCheckError BASE_SHAPES_UNMATCHED if the two have different parameters or ranks; BASE_SHAPES_INVALID if
 * one of them is neither a model nor a record of sizes
 */
export function makeBaseShapes(base: ShapeSource, delta: ShapeSource): BaseShapes {
  const baseShapes = sizesOf(base, 'the base');
  const deltaShapes = sizesOf(delta, 'the delta');
  refuseUnmatched(baseShapes, deltaShapes, 'the delta model');
  const entries = [...baseShapes].map(([name, shape]): [string, (number | null)[]] => {
    const other = deltaShapes.get(name) ?? [];
    return [name, shape.map((size, i) => (size === other[i] ? null : size))];
  });
  return { ...baseShapesOfRecord(Object.fromEntries(entries)), sizes: Object.fromEntries(baseShapes) };
}

/** Base shapes from a record in which null marks the finite dimensions. */
export function baseShapesOfRecord(parameters: ShapeRecord): BaseShapes {
  return { schema: 'coordcheck/base-shapes', schemaVersion: 1, parameters };
}

/** Shape of every parameter, by name: of a model, or as a record gives it. */
function sizesOf(source: ShapeSource, what: string): Map<string, readonly number[]> {
  if (isModel(source)) return shapesOf(source);
  const entries = Object.entries((source as ShapeRecord | undefined) ?? {});
  const wrong = entries.find(
    ([, sizes]) => !Array.isArray(sizes) || !sizes.every((size) => size !== null && isSize(size)),
  );
  const why = entries.length === 0 ? 'it holds no parameter' : `${wrong?.[0]} is ${JSON.stringify(wrong?.[1])}`;
  if (entries.length === 0 || wrong !== undefined) throw failure('BASE_SHAPES_INVALID', { path: what, why });
  return new Map(entries as [string, readonly number[]][]);
}

/** Shape of every parameter of a model, by name. */
export function shapesOf(model: ModelLike): Map<string, readonly number[]> {
  return new Map(namedParameters(model).map(({ name, variable }) => [name, variable.shape]));
}

/**
 * Refuses two sets of shapes that do not belong to the same model.
 *
 * @param where - what `other` is, for the message
 * @throws CoordCheckError BASE_SHAPES_UNMATCHED naming the parameters that one side lacks, or whose rank differs
 */
export function refuseUnmatched(
  shapes: ReadonlyMap<string, readonly unknown[]>,
  other: ReadonlyMap<string, readonly unknown[]>,
  where: string,
): void {
  const missing = [...shapes.keys()].filter((name) => !other.has(name));
  const unknown = [...other.keys()].filter((name) => !shapes.has(name));
  const ranks = [...shapes].filter(([name, shape]) => other.has(name) && other.get(name)?.length !== shape.length);
  const problems = [
    ...missing.map((name) => `${name} is missing from ${where}`),
    ...unknown.map((name) => `${name} is only in ${where}`),
    ...ranks.map(
      ([name, { length }]) => `${name} has ${length} dimensions, but ${other.get(name)?.length} in ${where}`,
    ),
  ];
  const isForeign = missing.length === shapes.size;
  if (problems.length > 0) throw failure('BASE_SHAPES_UNMATCHED', { problems, isForeign });
}

/** True for a layers model or a hand-written one. */
export function isModel(value: unknown): value is ModelLike {
  if (typeof value !== 'object' || value === null) return false;
  if (isLayersModel(value as ModelLike)) return true;
  const parameters = 'parameters' in value ? value.parameters : null;
  return typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters) && !isBaseShapes(value);
}

/** True for base shapes, as made or as parsed from JSON. */
export function isBaseShapes(value: unknown): value is BaseShapes {
  const shapes = value as Partial<BaseShapes> | null | undefined;
  if (typeof shapes !== 'object' || shapes?.schema !== 'coordcheck/base-shapes' || shapes.schemaVersion !== 1)
    return false;
  return isShapeRecord(shapes.parameters) && (shapes.sizes === undefined || isShapeRecord(shapes.sizes));
}

/** True for a record of shapes: every entry a list of positive whole numbers or nulls, and at least one entry. */
export function isShapeRecord(value: unknown): value is ShapeRecord {
  if (typeof value !== 'object' || value === null) return false;
  const shapes: unknown[] = Object.values(value);
  return shapes.length > 0 && shapes.every((sizes) => Array.isArray(sizes) && sizes.every(isSize));
}

function isSize(size: unknown): boolean {
  return size === null || (Number.isInteger(size) && Number(size) > 0);
}
