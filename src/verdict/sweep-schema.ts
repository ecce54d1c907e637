import * as z from 'zod';
import { parseSaved } from './parse-saved.js';
import type { SweepResult } from './sweep-result.js';

const outcome = z.enum(['inapplicable', 'pass', 'inconclusive', 'fail']);
const text = z.string().nullable();
const nullableNumber = z.number().nullable();
const interval = z.tuple([z.number(), z.number()]).nullable();
const count = z.int().nonnegative();
const value = z.union([z.number(), z.string(), z.boolean()]);
const setting = z.record(z.string(), value);
const parametrization = z.enum(['mup', 'sp']);
const scoredOn = z.enum(['validation', 'training']);
const judged = { outcome, reason: text, settle: text };

const optimum = z.strictObject({
  state: z.enum(['found', 'censored-low', 'censored-high', 'undetermined']),
  best: value.nullable(),
  log2Value: nullableNumber,
  interval,
  standardError: nullableNumber,
  degreesOfFreedom: nullableNumber,
  loss: nullableNumber,
  curvature: nullableNumber,
  isAtStabilityEdge: z.boolean(),
  reason: text,
});

const regret = z.strictObject({ value, loss: z.number(), ownLoss: z.number(), share: z.number(), interval });

const curve = z.strictObject({
  width: z.number(),
  depth: nullableNumber,
  points: z.array(z.strictObject({ value, seed: z.number(), score: nullableNumber })),
  optimum,
  regret: regret.nullable(),
  robustnessOctaves: nullableNumber,
});

const drift = z.strictObject({
  ...judged,
  along: z.enum(['width', 'depth']),
  at: nullableNumber,
  perDoubling: nullableNumber,
  interval,
  standardError: nullableNumber,
  sizes: z.array(z.number()),
});

const parametrizationSweep = z.strictObject({
  ...judged,
  parametrization,
  curves: z.array(curve),
  drifts: z.array(drift),
  widerIsBetter: z.strictObject({ pairs: count, better: count, worse: count }),
});

const hyperparameterSweep = z.strictObject({
  hyperparameter: z.string(),
  isNumeric: z.boolean(),
  outcome,
  parametrizations: z.array(parametrizationSweep),
});

const trial = z.strictObject({
  parametrization,
  width: z.number(),
  depth: nullableNumber,
  seed: z.number(),
  setting,
  state: z.enum(['finished', 'diverged', 'failed']),
  error: text,
  score: nullableNumber,
  loss: z.array(z.strictObject({ step: count, loss: nullableNumber })),
});

const cost = z.strictObject({
  trials: count,
  flops: z.number(),
  sizes: z.array(
    z.strictObject({
      width: z.number(),
      depth: nullableNumber,
      parameters: z.number(),
      flopsPerStep: z.number(),
      steps: z.number(),
    }),
  ),
  assumptions: z.array(z.string()),
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
  scoredOn,
  hyperparameters: setting,
  control: text,
});

const sweepResult = z.strictObject({
  schema: z.literal('coordcheck/sweep'),
  schemaVersion: z.literal(1),
  name: z.string(),
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  summary: z.string(),
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  config,
  gates: z.array(z.strictObject({ ...judged, gate: z.string(), title: z.string() })),
  sweeps: z.array(hyperparameterSweep),
  cost: cost.nullable(),
  notes: z.array(z.string()),
  trials: z.array(trial),
}) satisfies z.ZodType<SweepResult>;

/** The JSON Schema of a sweep's result file, as the package ships it. */
export function sweepJsonSchema(): object {
  return { title: 'A coordcheck sweep', ...z.toJSONSchema(sweepResult) };
}

/**
 * Reads a saved sweep, and trusts nothing in it: every field is checked.
 *
 * @param content - of a `*.sweep.json`
 * @param where - the file's path, for the error's sentence
 * @throws CoordCheckError RESULT_INVALID where the text is not JSON, or not a sweep of this schema version
 */
export function parseSweep(content: string, where: string): SweepResult {
  return parseSaved(sweepResult, content, where);
}
