import { z } from 'zod';
import type { Prescription } from './prescription.js';
import type { RecordRow, RecordedNumber } from './record.js';
import { QUANTITIES } from './record-set.js';
import type { RecordHeader, RunRecord } from './run.js';

const whole = z.int();
const positive = whole.positive();
const natural = whole.nonnegative();
const shape = z.array(natural);
/** A number as {@link RecordedNumber} holds it. */
export const recordedNumber: z.ZodType<RecordedNumber> = z.union(
  [z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])],
  {
    error: 'expected a finite number, "NaN", "Infinity" or "-Infinity"',
  },
);
/** The value of a hyperparameter. */
export const setting = z.union([z.number(), z.string(), z.boolean()]);

const intent = z.union([
  z.enum(['frozen', 'ignore']),
  z.strictObject({
    role: z.enum(['input', 'hidden', 'readout', 'vector', 'scalar']).optional(),
    init: z.number().optional(),
  }),
]);

/** Powers of the width that a model was trained with on top of its own scaling. */
export const prescriptionSchema: z.ZodType<Prescription> = z.strictObject({
  baseWidth: positive,
  parameters: z.record(
    z.string(),
    z.strictObject({ initExponent: z.number(), learningRateExponent: z.number(), gradientExponent: z.number() }),
  ),
  multipliers: z.record(z.string(), z.number()),
});

/** A records file's or journal's first line. */
export const headerSchema: z.ZodType<RecordHeader> = z.strictObject({
  schema: z.literal('coordcheck/records'),
  schemaVersion: z.literal(1),
  name: z.string(),
  command: z.string(),
  modelHash: z.string().optional(),
  targetWidth: z.int().positive().optional(),
  versions: z.record(z.string(), z.string()),
  environment: z.record(z.string(), z.union([z.string(), z.number()])),
  config: z.strictObject({
    widths: z.array(positive),
    depths: z.array(positive).nullable(),
    seeds: z.array(whole),
    seed: whole,
    steps: natural,
    engine: z.string(),
    threads: positive,
    loss: z.string(),
    hyperparameters: z.record(z.string(), setting),
    control: z.string().nullable(),
    prescription: prescriptionSchema.optional(),
    taps: z.array(z.string()).optional(),
    measure: z.enum(['activations', 'changes']).optional(),
  }),
  expect: z.record(z.string(), intent),
});

const useSchema = z.strictObject({
  name: z.string().nullable(),
  kind: z.enum(['product', 'lookup', 'elementwise']),
  summed: z.array(natural).nullable(),
  input: z.string().nullable(),
  times: positive.optional(),
  values: z.array(z.string()).optional(),
});

const product = z.strictObject({ summed: natural, factor: z.number() });

const parameterSchema = z.strictObject({
  name: z.string(),
  shape,
  layerClass: z.string().nullable(),
  uses: z.array(useSchema).optional(),
});

/** A line that holds one run. */
export const runSchema: z.ZodType<RunRecord> = z.strictObject({
  width: positive,
  depth: positive.nullable(),
  seed: whole,
  state: z.enum(['finished', 'diverged', 'failed']),
  error: z.string().nullable(),
  loss: z.array(recordedNumber),
  batchHash: z.string(),
  weightsHash: z.string(),
  learningRates: z.array(z.number().nullable()),
  optimizer: z.string(),
  epsilon: z.number().nullable().optional(),
  parameters: z.array(parameterSchema),
  frozen: z.array(parameterSchema).optional(),
  taps: z.array(z.strictObject({ name: z.string(), shape, product: product.optional() })),
  inert: z.array(z.string()),
  isRepeatable: z.literal(false).optional(),
  notes: z.array(z.string()),
  rowCount: natural.optional(),
});

/** A line that holds one measured number. */
export const rowSchema: z.ZodType<RecordRow> = z.strictObject({
  width: positive,
  depth: positive.nullable(),
  seed: whole,
  step: natural,
  subject: z.enum(['tap', 'parameter']),
  name: z.string(),
  use: z.string().optional(),
  tap: z.string().optional(),
  quantity: z.enum(QUANTITIES),
  statistic: z.enum(['meanAbs', 'rms']),
  value: recordedNumber,
});
