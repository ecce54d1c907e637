import { failure } from '../errors.js';
import type { BaseShapes } from './base-shapes.js';

/** In which order a file lists a weight's dimensions. */
export type ShapeLayout = 'tfjs' | 'torch';

/** How base shapes written for another framework become those of a TF.js model. */
export interface ShapeTranslation {
  /** From the file's names to this model's; what it does not name keeps its name, and null leaves a parameter out. */
  names?: Readonly<Record<string, string | null>> | ((name: string) => string | null);
  /**
   * `torch`: a weight is [fanOut, fanIn, …kernel] there and [...kernel, fanIn, fanOut] here, an embedding
   * [tokens, width] in both. A function decides by this model's name. `tfjs` (nothing changes) unless given.
   */
  layout?: ShapeLayout | ((name: string) => ShapeLayout);
}

/**
 * Translates names and orders of dimensions.
 *
 * Embeddings and depthwise kernels are known by TF.js's names for their weights (`embeddings`, `depthwise_kernel`);
 * where a hand-written model calls an embedding something else, `layout` must be a function.
 *
 * @throws CoordCheckError BASE_SHAPES_NAMES_INVALID
 */
export function translateShapes(shapes: BaseShapes, { names = {}, layout = 'tfjs' }: ShapeTranslation): BaseShapes {
  const renamed = renaming(Object.keys(shapes.parameters), names);
  const translated = <Size>(record: Readonly<Record<string, readonly Size[]>>) =>
    Object.fromEntries(
      [...renamed].map(([from, to]): [string, readonly Size[]] => {
        const order = typeof layout === 'function' ? layout(to) : layout;
        return [to, order === 'torch' ? fromTorch(record[from] ?? [], to) : (record[from] ?? [])];
      }),
    );
  const { schema, schemaVersion, parameters, sizes } = shapes;
  return {
    schema,
    schemaVersion,
    parameters: translated(parameters),
    ...(sizes === undefined ? {} : { sizes: translated(sizes) }),
  };
}

function renaming(known: readonly string[], names: NonNullable<ShapeTranslation['names']>): Map<string, string> {
  const newName = (name: string): string | null => {
    if (typeof names === 'function') return names(name) ?? null;
    return Object.hasOwn(names, name) ? (names[name] ?? null) : name;
  };
  const all = known.map((from): [string, string | null] => [from, newName(from)]);
  const renamed = all.filter((entry): entry is [string, string] => entry[1] !== null);
  const taken = new Map<string, string>();
  const problems = typeof names === 'function' ? [] : absent(Object.keys(names), known);
  for (const [from, to] of renamed) {
    const other = taken.get(to);
    if (other !== undefined) problems.push(`${other} and ${from} both become ${to}`);
    taken.set(to, from);
  }
  if (problems.length > 0) throw failure('BASE_SHAPES_NAMES_INVALID', { problems });
  return new Map(renamed);
}

function absent(wanted: readonly string[], known: readonly string[]): string[] {
  return wanted.filter((name) => !known.includes(name)).map((name) => `${name} is not among the base shapes`);
}

/** PyTorch's [out, in, …kernel] as TF.js's […kernel, in, out]. */
function fromTorch<Size>(sizes: readonly Size[], name: string): readonly Size[] {
  const [out, fanIn, ...kernel] = sizes;
  if (out === undefined || fanIn === undefined || name.endsWith('embeddings')) return sizes;
  // One filter a channel: PyTorch counts the channels as outputs, [channels, 1, …kernel]; TF.js as inputs.
  if (name.endsWith('depthwise_kernel')) return [...kernel, out, fanIn];
  return [...kernel, fanIn, out];
}
