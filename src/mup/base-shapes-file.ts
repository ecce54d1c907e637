import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { failure } from '../errors.js';
import { baseShapesOfRecord, isBaseShapes, isShapeRecord, type BaseShapes } from './base-shapes.js';
import { translateShapes, type ShapeTranslation } from './translate-shapes.js';

/** The comment with which the `mup` package starts its files. */
const BSH_COMMENT = `\
# This is a base shape file encoded in yaml
# - \`null\` indicates a dimension is "finite", i.e. a non-"width" dimension
# - a number indicates the base dimension of an "infinite" dimension, i.e. some notion of "width"
`;

/**
 * Writes base shapes to a file: as the `mup` package's YAML where it is called `.bsh`, `.yaml` or `.yml`, else as JSON.
 *
 * Names and the order of dimensions stay TF.js's own. YAML leaves out the sizes of finite dimensions.
 */
export function saveBaseShapes(shapes: BaseShapes, path: string | URL): void {
  const text = isYaml(path)
    ? BSH_COMMENT + yaml().stringify(shapes.parameters)
    : `${JSON.stringify(shapes, null, 2)}\n`;
  writeFileSync(path, text);
}

/**
 * Reads base shapes: what `saveBaseShapes` wrote, or a `.bsh` file of the `mup` package.
 *
 * A file written from a PyTorch model has PyTorch's names and order of dimensions: say what they are here.
 *
 * @param translation - `names`, from the file's to this model's; `layout: 'torch'` for PyTorch's order
 * @throws CoordCheckError BASE_SHAPES_INVALID if the file cannot be read or holds something else;
 * BASE_SHAPES_NAMES_INVALID if `names` has what the file has not, or gives one name to two parameters
 */
export function loadBaseShapes(path: string | URL, translation: ShapeTranslation = {}): BaseShapes {
  let content: unknown;
  try {
    const text = readFileSync(path, 'utf8');
    content = isYaml(path) ? yaml().parse(text) : JSON.parse(text);
  } catch (error) {
    throw failure('BASE_SHAPES_INVALID', { path: String(path), why: String(error) }, { cause: error });
  }
  return translateShapes(baseShapesIn(content, path), translation);
}

function baseShapesIn(content: unknown, path: string | URL): BaseShapes {
  if (isBaseShapes(content)) return content;
  if (isYaml(path) && isShapeRecord(content)) return baseShapesOfRecord(content);
  const why = isYaml(path) ? 'it is not a list of sizes (or null) per parameter' : 'it has another form';
  throw failure('BASE_SHAPES_INVALID', { path: String(path), why });
}

function isYaml(path: string | URL): boolean {
  return /\.(bsh|ya?ml)$/i.test(path instanceof URL ? path.pathname : path);
}

/** Required when a YAML file is met: everything else starts without it. */
function yaml(): typeof import('yaml') {
  return createRequire(import.meta.url)('yaml') as typeof import('yaml');
}
