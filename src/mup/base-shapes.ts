import { readFileSync, writeFileSync } from 'node:fs';
import { failure } from '../errors.js';
import { namedParameters, type ModelLike } from './parameters.js';

/**
 * The shapes a model has at its base width, and which of their dimensions grow with width.
 *
 * Per parameter one entry a dimension: its size at base width where it is infinite, null where it is finite. The same
 * content as the `mup` package's `.bsh` file.
 */
export interface BaseShapes {
  readonly schema: 'coordcheck/base-shapes';
  readonly schemaVersion: 1;
  readonly parameters: Readonly<Record<string, readonly (number | null)[]>>;
}

/**
 * Finds the infinite dimensions by comparing two small widths of the same model.
 *
 * @param base - the model at base width
 * @param delta - the same model at any other width: a dimension that differs is infinite
 * @returns shapes by parameter name, fit to be saved
 * @throws CoordCheckError BASE_SHAPES_UNMATCHED if the two have different parameters or ranks
 */
export function makeBaseShapes(base: ModelLike, delta: ModelLike): BaseShapes {
  const baseShapes = shapesOf(base);
  const deltaShapes = shapesOf(delta);
  refuseUnmatched(baseShapes, deltaShapes, 'the delta model');
  const entries = [...baseShapes].map(([name, shape]): [string, (number | null)[]] => {
    const other = deltaShapes.get(name) ?? [];
    return [name, shape.map((size, i) => (size === other[i] ? null : size))];
  });
  return { schema: 'coordcheck/base-shapes', schemaVersion: 1, parameters: Object.fromEntries(entries) };
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
    ...ranks.map(([name]) => `${name} has another rank in ${where}`),
  ];
  if (problems.length > 0) throw failure('BASE_SHAPES_UNMATCHED', { problems });
}

/** Writes base shapes as JSON. */
export function saveBaseShapes(shapes: BaseShapes, path: string | URL): void {
  writeFileSync(path, `${JSON.stringify(shapes, null, 2)}\n`);
}

/**
 * Reads base shapes that `saveBaseShapes` wrote.
 *
 * @throws CoordCheckError BASE_SHAPES_INVALID if the file cannot be read or holds something else
 */
export function loadBaseShapes(path: string | URL): BaseShapes {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw failure('BASE_SHAPES_INVALID', { path: String(path), why: String(error) }, { cause: error });
  }
  if (!isBaseShapes(content)) throw failure('BASE_SHAPES_INVALID', { path: String(path), why: 'it has another form' });
  return content;
}

/** True for base shapes, as made or as parsed from JSON. */
export function isBaseShapes(value: unknown): value is BaseShapes {
  const shapes = value as Partial<BaseShapes> | null;
  if (typeof shapes !== 'object' || shapes?.schema !== 'coordcheck/base-shapes' || shapes.schemaVersion !== 1)
    return false;
  return Object.values(shapes.parameters ?? { missing: null }).every(
    (sizes) => Array.isArray(sizes) && sizes.every(isSize),
  );
}

function isSize(size: unknown): boolean {
  return size === null || (Number.isInteger(size) && Number(size) > 0);
}
