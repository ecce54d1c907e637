import { z } from 'zod';
import { failure } from '../errors.js';
import type { Hyperparameters, HyperparameterValue, Model, ModelDefinition } from './definition.js';

const isFunction = z.custom<() => unknown>((value) => typeof value === 'function', 'expected a function');
const size = z.number().int().positive();
const role = z.enum(['input', 'hidden', 'readout', 'vector', 'scalar']);

/** What a definition may hold; a key it does not know is a typing mistake. */
const Definition = z.strictObject({
  name: z.string().regex(/\S/).optional(),
  widths: z.array(size).nonempty().optional(),
  depths: z.array(size).nonempty().optional(),
  seeds: size.max(1000).optional(),
  steps: size.optional(),
  hyperparameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).optional(),
  build: isFunction,
  batch: isFunction.optional(),
  validation: isFunction.optional(),
  loss: z.union([z.string(), isFunction]).optional(),
  objective: isFunction.optional(),
  optimizer: z.union([z.string(), isFunction]).optional(),
  expect: z
    .record(
      z.string(),
      z.union(
        [z.literal(['frozen', 'ignore']), z.strictObject({ role: role.optional(), init: z.number().optional() })],
        "expected 'frozen', 'ignore' or { role?, init? }",
      ),
    )
    .optional(),
});

/**
 * Turns a model file's default export into a definition.
 *
 * @param exported - a definition, or a plain `(width) => model` function
 * @param where - the file, for the error's sentence
 * @throws CoordCheckError DEFINITION_INVALID naming the first key that is wrong
 */
export function normalizeDefinition(exported: unknown, where: string): ModelDefinition {
  if (typeof exported === 'function') {
    const buildAtWidth = exported as (width: number) => Model;
    return { build: ({ width }) => buildAtWidth(width) };
  }
  const parsed = Definition.safeParse(exported);
  if (parsed.success) return exported as ModelDefinition;
  const issue = parsed.error.issues[0];
  throw failure('DEFINITION_INVALID', {
    where,
    key: issue === undefined || issue.path.length === 0 ? 'its default export' : `\`${issue.path.join('.')}\``,
    why: issue?.message ?? String(exported),
  });
}

/**
 * A model's hyperparameters with the caller's settings over the declared defaults.
 *
 * @throws CoordCheckError HYPERPARAMETER_UNKNOWN, HYPERPARAMETER_TYPE
 */
export function hyperparametersOf(
  definition: ModelDefinition,
  set: Readonly<Record<string, HyperparameterValue>> = {},
): Hyperparameters {
  const declared = definition.hyperparameters ?? {};
  for (const [name, value] of Object.entries(set)) {
    const standard = declared[name];
    if (standard === undefined) {
      throw failure('HYPERPARAMETER_UNKNOWN', { name, known: Object.keys(declared).join(', ') || 'none is declared' });
    }
    if (typeof value !== typeof standard) {
      throw failure('HYPERPARAMETER_TYPE', { name, expected: typeof standard, got: String(value) });
    }
  }
  return { ...declared, ...set };
}
