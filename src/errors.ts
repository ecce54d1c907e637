import { MUP_TEMPLATES } from './mup-errors.js';
import { TRANSFER_TEMPLATES } from './transfer-errors.js';

/**
 * Every sentence coordcheck says to a caller who made a mistake or whose environment is broken.
 *
 * A template gives the message (what was expected, what came, where), the hint (what to do) and the exit code:
 * 2 for wrong use, as unless given, 4 for infrastructure. Facts about a model are never errors: they are outcomes.
 */
const TEMPLATES = {
  MODEL_FILE_MISSING: (v: { path: string }) => ({
    exitCode: 2,
    message: `expected a model file, but there is none at ${v.path}`,
    hint: 'Check the path; `coordcheck init` writes a template model.ts.',
  }),
  WIDTHS_INVALID: (v: { got: string; why: string }) => ({
    exitCode: 2,
    message: `expected widths as distinct positive whole numbers, got ${v.got}: ${v.why}`,
    hint: 'Give for example --widths 64,128,256,512,1024.',
  }),
  COUNT_INVALID: (v: { name: string; got: string }) => ({
    exitCode: 2,
    message: `expected ${v.name} to be a whole number from 1 to 1000, got ${v.got}`,
    hint: `Give for example --${v.name} 3.`,
  }),
  SIZE_NOT_POSITIVE: (v: { width: number; got: string }) => ({
    exitCode: 2,
    message: `expected every size of a slope to be finite and above 0, got ${v.got} at width ${v.width}`,
    hint: 'A size of 0 or NaN has no log: leave such widths out, or judge another step.',
  }),
  TOO_FEW_WIDTHS: (v: { got: number }) => ({
    exitCode: 2,
    message: `expected at least 3 distinct widths to fit a slope, got ${v.got}`,
    hint: 'Add widths, spread over a factor of 8 or more.',
  }),
  LOSS_NOT_SCALAR: (v: { got: string }) => ({
    exitCode: 2,
    message: `expected the loss to be a scalar tensor, got ${v.got}`,
    hint: 'Reduce it, for example with tf.mean(loss); losses and objectives may not be async.',
  }),
  LOSS_FAILED: (v: { what: 'loss' | 'objective'; why: string }) => ({
    exitCode: 2,
    message: `expected ${v.what}() to return a scalar tensor, but it threw: ${v.why}`,
    hint: `Fix ${v.what}() in the model file.`,
  }),
  LOSS_UNKNOWN: (v: { got: string; known: string }) => ({
    exitCode: 2,
    message: `expected the loss to be a function or one of ${v.known}; got '${v.got}'`,
    hint: 'Pass a function (labels, outputs) => scalar for any other loss.',
  }),
  SOFTMAX_UNDER_LOGITS: (v: { loss: string; activation: string }) => ({
    exitCode: 2,
    message: `expected logits under the loss ${v.loss}, but the model's last layer applies ${v.activation}`,
    hint: `Remove the ${v.activation} from the model, or use categoricalCrossentropy or binaryCrossentropy.`,
  }),
  LABELS_MISSING: (v: { loss: string }) => ({
    exitCode: 2,
    message: `expected batch() to return labels y for the loss ${v.loss}, got only x`,
    hint: 'Return { x, y }, or define objective({ model, batch }).',
  }),
  BATCH_FAILED: (v: { step: number; why: string }) => ({
    exitCode: 2,
    message: `expected batch() to return { x, y } for step ${v.step}, but it threw: ${v.why}`,
    hint: 'Fix batch() in the model file.',
  }),
  VALIDATION_FAILED: (v: { why: string }) => ({
    exitCode: 2,
    message: `expected validation() to return { x, y }, but it threw: ${v.why}`,
    hint: 'Fix validation() in the model file; without it trials are judged on their training loss.',
  }),
  BATCH_MISSING: (v: { what: string }) => ({
    exitCode: 2,
    message: `expected ${v.what} to come with batch(), but the definition has none`,
    hint: 'Add batch: ({ tf, seed, step }) => ({ x, y }); only layers models show an input shape to make one from.',
  }),
  OPTIMIZER_UNKNOWN: (v: { got: string; known: string }) => ({
    exitCode: 2,
    message: `expected the optimizer to be a function or one of ${v.known}; got '${v.got}'`,
    hint: 'Pass a function ({ model, hyperparameters }) => tf.Optimizer for any other.',
  }),
  OPTIMIZER_FAILED: (v: { why: string }) => ({
    exitCode: 2,
    message: `expected optimizer() to return a new tf.Optimizer at every call, but: ${v.why}`,
    hint: 'Fix optimizer() in the model file.',
  }),
  MODEL_SYNTAX: (v: { path: string; why: string }) => ({
    exitCode: 2,
    message: `expected ${v.path} to load, but: ${v.why}`,
    hint: 'Fix the file; it must be valid TypeScript or JavaScript, and its imports must resolve.',
  }),
  MODEL_CHANGED: (v: { path: string }) => ({
    exitCode: 2,
    message: `expected ${v.path} to stay as it was when the check began, but it, or what it imports, has changed`,
    hint: 'Leave the model file alone while it is checked, and check it again.',
  }),
  NO_DEFAULT_EXPORT: (v: { path: string; got: string }) => ({
    exitCode: 2,
    message: `expected ${v.path} to export a model definition as default, got ${v.got}`,
    hint: 'Write `export default defineModel({ build: … })`. A top-level `using` loses exports when loaded.',
  }),
  DEFINITION_INVALID: (v: { where: string; key: string; why: string }) => ({
    exitCode: 2,
    message: `expected ${v.where} to hold a definition as defineModel takes it, but ${v.key}: ${v.why}`,
    hint: 'A definition is { build, batch?, loss?, optimizer?, … }, or a function (width) => model; see the README.',
  }),
  TWO_TFJS: (v: { paths: string }) => ({
    exitCode: 2,
    message: `expected one copy of TF.js, but the model loads a second one: ${v.paths}`,
    hint: 'Run `npm ls @tensorflow/tfjs-core` and dedupe; two copies share no classes, so taps would see nothing.',
  }),
  BUILD_FAILED: (v: { width: number; why: string }) => ({
    exitCode: 2,
    message: `expected build() to return a model at width ${v.width}, but: ${v.why}`,
    hint: 'Fix build() in the model file; try it alone with --dry-run.',
  }),
  FORWARD_FAILED: (v: { width: number; why: string }) => ({
    exitCode: 2,
    message: `expected the model of width ${v.width} to run on the batch of step 0, but: ${v.why}`,
    hint: 'Check that batch() returns x and y of the shapes that the model and the loss take.',
  }),
  HYPERPARAMETER_UNKNOWN: (v: { name: string; known: string }) => ({
    exitCode: 2,
    message: `expected --set to name a declared hyperparameter (${v.known}), got '${v.name}'`,
    hint: 'Declare it with its default under `hyperparameters` in the model file.',
  }),
  HYPERPARAMETER_TYPE: (v: { name: string; expected: string; got: string }) => ({
    exitCode: 2,
    message: `expected hyperparameter ${v.name} to be a ${v.expected}, got '${v.got}'`,
    hint: 'Give a value of the same type as the declared default.',
  }),
  UNKNOWN_TAP_GLOB: (v: { glob: string; where: string; known: string }) => ({
    exitCode: 2,
    message: `expected ${v.where} to match a tap or parameter, but '${v.glob}' matches none of: ${v.known}`,
    hint: 'Run with --dry-run to list the names.',
  }),
  PRESCRIPTION_UNMATCHED: (v: { name: string; known: string }) => ({
    exitCode: 2,
    message: `expected the prescription's multipliers to name places of the model (${v.known}), got '${v.name}'`,
    hint: 'Derive it anew with `coordcheck prescribe`: it was made for another model.',
  }),
  DOES_NOT_FIT: (v: { width: number; needGb: string; haveGb: string; what: string }) => ({
    exitCode: 4,
    message: `width ${v.width} needs about ${v.needGb} GB, but ${v.what} has ${v.haveGb} GB`,
    hint: 'Leave out the widest widths; slopes need a factor of 8, not the launch width.',
  }),
  WORKER_LOST: (v: { run: string; why: string }) => ({
    exitCode: 4,
    message: `the worker process of ${v.run} was lost twice: ${v.why}`,
    hint: 'It may have run out of memory: use fewer --workers or narrower --widths; or the model file ends its process. Finished runs are kept: --resume.',
  }),
  JOURNAL_DIFFERS: (v: { path: string; what: string }) => ({
    exitCode: 2,
    message: `expected the journal ${v.path} to be of this same check, but ${v.what}`,
    hint: 'Repeat the interrupted command word for word, or leave out --resume to start afresh.',
  }),
  ...MUP_TEMPLATES,
  ...TRANSFER_TEMPLATES,
  ENGINE_UNAVAILABLE: (v: { engine: string; reason: string }) => ({
    exitCode: 4,
    message: `engine ${v.engine} cannot run here: ${v.reason}`,
    hint: 'Use --engine auto, or run `coordcheck doctor` to see which engines can.',
  }),
  ENGINE_FAILED: (v: { engine: string; why: string }) => ({
    exitCode: 4,
    message: `expected engine ${v.engine} to compute what the model recorded, but it failed: ${v.why}`,
    hint: 'Run with --engine wasm to see whether the model itself is at fault, and report what differs.',
  }),
  OUT_OF_MEMORY: (v: { engine: string; bytes: number; limit: string }) => ({
    exitCode: 4,
    message: `engine ${v.engine} could not get ${v.bytes} bytes more: its memory ends at ${v.limit}`,
    hint: 'Leave out the largest widths or use a smaller batch; another engine may hold more.',
  }),
  USAGE: (v: { mistake: string; hint: string }) => ({ exitCode: 2, message: v.mistake, hint: v.hint }),
  SETTING_INVALID: (v: { where: string; expected: string; got: string; hint: string }) => ({
    exitCode: 2,
    message: `expected ${v.expected}, got ${v.got}, in ${v.where}`,
    hint: v.hint,
  }),
  FILE_EXISTS: (v: { path: string }) => ({
    exitCode: 2,
    message: `expected no file at ${v.path}, but there is one, and it is left as it was`,
    hint: 'Give another path, or move the file away.',
  }),
  OUTPUT_UNWRITABLE: (v: { path: string; reason: string }) => ({
    exitCode: 2,
    message: `expected a place that can be written, got ${v.path}: ${v.reason}`,
    hint: 'Give another folder with --out, or another file with --reporter NAME=FILE.',
  }),
  RECORDS_UNREADABLE: (v: { path: string; reason: string }) => ({
    exitCode: 2,
    message: `expected a file of records at ${v.path}, but it cannot be read: ${v.reason}`,
    hint: 'Give the *.records.ndjson that a check wrote, by default into reports/.',
  }),
  RECORDS_INVALID: (v: { where: string; line: number; why: string }) => ({
    exitCode: 2,
    message: `expected records written by coordcheck, got in ${v.where}, line ${v.line}: ${v.why}`,
    hint: 'Repeat the check to write the file anew.',
  }),
  RESULT_INVALID: (v: { where: string; why: string }) => ({
    exitCode: 2,
    message: `expected a result written by coordcheck, got ${v.why}, in ${v.where}`,
    hint: 'Give the *.result.json of a check, or its *.records.ndjson to judge it again.',
  }),
  RULE_UNKNOWN: (v: { got: string; alike: string }) => ({
    exitCode: 2,
    message: `expected the id of a rule or a cause, got ${v.got}`,
    hint: `${v.alike === '' ? '' : `Is it one of ${v.alike}? `}All are listed by \`coordcheck rules\`.`,
  }),
  REPORT_FORMAT_UNKNOWN: (v: { got: string; known: string }) => ({
    exitCode: 2,
    message: `expected a report format out of ${v.known}; got '${v.got}'`,
    hint: 'Give for example --reporter terminal,html.',
  }),
} satisfies Record<string, (values: never) => { exitCode?: 2 | 4; message: string; hint: string }>;

/** The kinds of mistakes and broken environments that are thrown. */
export type ErrorCode = keyof typeof TEMPLATES;

/** What a code's template fills in. */
export type ErrorValues<C extends ErrorCode> = Parameters<(typeof TEMPLATES)[C]>[0];

/**
 * The one error class: thrown only for the caller's mistake or a broken environment.
 *
 * Safe to turn into JSON: `{ name, code, message, hint, exitCode }`; it crosses process boundaries as that.
 */
export class CoordCheckError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** 2 for wrong use, 4 for infrastructure. */
  readonly exitCode: 2 | 4;

  constructor(code: ErrorCode, text: { message: string; hint: string; exitCode?: number }, options?: ErrorOptions) {
    super(text.message, options);
    this.name = 'CoordCheckError';
    this.code = code;
    this.hint = text.hint;
    this.exitCode = text.exitCode === 4 ? 4 : 2;
  }

  toJSON(): { name: string; code: ErrorCode; message: string; hint: string; exitCode: number } {
    const { name, code, message, hint, exitCode } = this;
    return { name, code, message, hint, exitCode };
  }
}

/** Builds the error of a code from its template; the caller throws it. */
export function failure<C extends ErrorCode>(code: C, values: ErrorValues<C>, options?: ErrorOptions): CoordCheckError {
  const template = TEMPLATES[code] as (v: ErrorValues<C>) => { exitCode?: number; message: string; hint: string };
  return new CoordCheckError(code, template(values), options);
}

/** An error that crossed a process boundary as JSON, whole again. */
export function revive(json: ReturnType<CoordCheckError['toJSON']>, options?: ErrorOptions): CoordCheckError {
  return new CoordCheckError(json.code, json, options);
}

/** A value that was given, as sentences show it: text in quotes. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
