/**
 * Every sentence coordcheck says to a caller who made a mistake or whose environment is broken.
 *
 * A template gives the message (what was expected, what came, where), the hint (what to do) and the exit code:
 * 2 for wrong use, 4 for infrastructure. Facts about a model are never errors: they are outcomes.
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
  TOO_FEW_WIDTHS: (v: { got: number }) => ({
    exitCode: 2,
    message: `expected at least 3 distinct widths to fit a slope, got ${v.got}`,
    hint: 'Add widths, spread over a factor of 8 or more.',
  }),
  ENGINE_UNAVAILABLE: (v: { engine: string; reason: string }) => ({
    exitCode: 4,
    message: `engine ${v.engine} cannot run here: ${v.reason}`,
    hint: 'Use --engine auto, or run `coordcheck doctor` to see which engines can.',
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
  RESULT_INVALID: (v: { where: string; why: string }) => ({
    exitCode: 2,
    message: `expected a result written by coordcheck, got ${v.why}, in ${v.where}`,
    hint: 'Give the *.result.json of a check, or its *.records.ndjson to judge it again.',
  }),
  RULE_UNKNOWN: (v: { got: string; known: string }) => ({
    exitCode: 2,
    message: `expected the id of a rule or a cause, got ${v.got}`,
    hint: `Known: ${v.known}.`,
  }),
} satisfies Record<string, (values: never) => { exitCode: 2 | 4; message: string; hint: string }>;

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

  constructor(code: ErrorCode, text: { message: string; hint: string; exitCode: number }, options?: ErrorOptions) {
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
  const template = TEMPLATES[code] as (v: ErrorValues<C>) => { exitCode: number; message: string; hint: string };
  return new CoordCheckError(code, template(values), options);
}

/** An error that crossed a process boundary as JSON, whole again. */
export function revive(json: ReturnType<CoordCheckError['toJSON']>): CoordCheckError {
  return new CoordCheckError(json.code, json);
}
