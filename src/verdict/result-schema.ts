import * as z from 'zod';
import { parseSaved } from './parse-saved.js';
import type { CheckResult } from './result.js';

const outcome = z.enum(['inapplicable', 'pass', 'inconclusive', 'fail']);
const nullableNumber = z.number().nullable();
const count = z.int().nonnegative();
const labels = z.record(z.string(), z.string());
const scalars = z.record(z.string(), z.union([z.number(), z.string(), z.boolean()]));

const judgedSlope = {
  slope: nullableNumber,
  interval: z.tuple([z.number(), z.number()]).nullable(),
  topSlope: nullableNumber,
  curvature: nullableNumber,
  expected: nullableNumber,
  outcome,
  reason: z.string().nullable(),
  settle: z.string().nullable(),
  points: z.array(z.strictObject({ width: z.number(), seed: z.number(), log2Size: nullableNumber })),
};

const depthSlope = z.strictObject({
  ...judgedSlope,
  tap: z.string(),
  step: count,
  quantity: z.enum(['activation', 'centredChange', 'inside', 'written']),
  parameter: z.string().nullable(),
  declared: z.string().nullable(),
  points: z.array(z.strictObject({ depth: z.number(), width: z.number(), seed: z.number(), log2Size: nullableNumber })),
});

const depthForm = z.enum(['CompleteP', 'depth-µP', 'unscaled', 'GPT-2', 'other']).nullable();

const depth = z.strictObject({
  depths: z.array(z.number()),
  outcome,
  form: depthForm,
  streams: z.array(z.strictObject({ stream: z.string().nullable(), outcome, form: depthForm })),
  text: z.string(),
  slopes: z.array(depthSlope),
});

const tap = z.strictObject({
  ...judgedSlope,
  tap: z.string(),
  step: count,
  quantity: z.enum(['activation', 'change', 'centredChange', 'propagated']),
  statistic: z.enum(['meanAbs', 'rms']),
  parameter: z.string().nullable(),
  isProduct: z.literal(true).optional(),
  judged: z.boolean(),
});

const quantity = z.strictObject({ ...judgedSlope, tap: z.string().nullable(), step: count.nullable() });

const parameter = z.strictObject({
  parameter: z.string(),
  use: z.string().nullable(),
  role: z.enum(['input', 'hidden', 'readout', 'vector', 'scalar']),
  shape: z.array(z.number()),
  infinite: z.array(z.boolean()),
  ownPlace: z.string().nullable(),
  init: quantity,
  isolatedUpdate: quantity,
  value: quantity,
  update: quantity,
  gradient: quantity,
  rateDrift: quantity.optional(),
  decay: quantity.optional(),
  epsilonShare: quantity.optional(),
  scaling: z.strictObject({ multiplier: z.number(), rate: nullableNumber }).optional(),
  outcome,
  reason: z.string().nullable(),
  declared: z.string().nullable(),
});

const gate = z.strictObject({
  gate: z.string(),
  title: z.string(),
  outcome,
  reason: z.string().nullable(),
  settle: z.string().nullable(),
});

const rule = z.strictObject({
  rule: z.string(),
  title: z.string(),
  outcome,
  where: z.strictObject({ taps: z.array(z.string()), parameters: z.array(z.string()) }),
  measured: nullableNumber,
  expected: nullableNumber,
  reason: z.string().nullable(),
});

const diagnosis = z.strictObject({
  cause: z.string(),
  title: z.string(),
  parameters: z.array(z.string()),
  taps: z.array(z.string()).optional(),
  fix: z.strictObject({
    learningRateExponent: z.number().optional(),
    initExponent: z.number().optional(),
    multiplierExponent: z.number().optional(),
    weightDecayExponent: z.number().optional(),
    epsilonExponent: z.number().optional(),
  }),
  text: z.string(),
});

const run = z.strictObject({
  width: z.number(),
  depth: nullableNumber,
  seed: z.number(),
  state: z.enum(['finished', 'diverged', 'failed']),
  loss: z.array(nullableNumber),
  durationMs: nullableNumber,
  error: z.string().nullable(),
});

const config = z.strictObject({
  widths: z.array(z.number()),
  depths: z.array(z.number()).nullable(),
  seeds: z.array(z.number()),
  seed: z.number(),
  steps: count,
  engine: z.string(),
  threads: z.number(),
  optimizer: z.string(),
  loss: z.string(),
  hyperparameters: scalars,
  control: z.string().nullable(),
  prescription: z
    .strictObject({
      baseWidth: z.number(),
      parameters: z.record(
        z.string(),
        z.strictObject({ initExponent: z.number(), learningRateExponent: z.number(), gradientExponent: z.number() }),
      ),
      multipliers: z.record(z.string(), z.number()),
    })
    .optional(),
  taps: z.array(z.string()).optional(),
  measure: z.enum(['activations', 'changes']).optional(),
});

const result = z.strictObject({
  schema: z.literal('coordcheck/result'),
  schemaVersion: z.literal(1),
  name: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  summary: z.string(),
  command: z.string(),
  versions: labels,
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  config,
  gates: z.array(gate),
  taps: z.array(tap),
  parameters: z.array(parameter),
  rules: z.array(rule),
  diagnosis: z.array(diagnosis),
  depth: depth.optional(),
  notes: z.array(z.string()),
  runs: z.array(run),
}) satisfies z.ZodType<CheckResult>;

/** The JSON Schema of a result file, as the package ships it. */
export function resultJsonSchema(): object {
  return { title: 'A coordcheck result', ...z.toJSONSchema(result) };
}

/**
 * Reads a saved result, and trusts nothing in it: every field is checked.
 *
 * @param text - the content of a `*.result.json`
 * @param where - the file's path, for the error's sentence
 * @throws CoordCheckError RESULT_INVALID where the text is not JSON, or not a result of this schema version
 */
export function parseResult(text: string, where: string): CheckResult {
  return parseSaved(result, text, where);
}
