import * as z from 'zod';
import type { EngineName } from '../engine/engine.js';
import { REPORT_FORMATS, type ReportFormat } from '../report/render.js';
import { duration } from './duration.js';
import type { SettingKey } from './flags.js';

// Texts come from flags and the environment, values from a config file: each schema takes both.
const whole = z.union([z.int(), z.string().regex(/^\d+$/).transform(Number)]);
const natural = whole.pipe(z.int().nonnegative());
const positive = whole.pipe(z.int().positive());
const positives = z.preprocess(splitAtCommas, z.array(positive).min(1));
const names = z.preprocess(splitAtCommas, z.array(z.string().min(1)).min(1));
const onOff = z.union([
  z.boolean(),
  z.enum(['true', '1']).transform(() => true),
  z.enum(['false', '0', '']).transform(() => false),
]);
const engines = ['auto', 'onnx', 'tfjs-node-gpu', 'tfjs-node', 'wasm', 'cpu'] as const satisfies readonly (
  | 'auto'
  | EngineName
)[];

/** One report to make: its form, and its file where one was named (`-` is stdout). */
export interface Reporter {
  name: ReportFormat;
  file: string | null;
}

const reporter = z.string().transform((text, context): Reporter => {
  const [, given, file] = /^([^=]*)(?:=(.+))?$/.exec(text) ?? [];
  const name = REPORT_FORMATS.find((known) => known === given);
  if (name) return { name, file: file ?? null };
  context.addIssue({ code: 'custom', message: 'unknown reporter' });
  return z.NEVER;
});

const scalar = z.union([z.number(), z.boolean(), z.string()]);
const assignments = z.preprocess(readAssignments, z.record(z.string().min(1), scalar));

const range = z.strictObject({ from: z.number(), to: z.number(), points: z.int().positive().optional() });
const grids = z.preprocess(readGrids, z.record(z.string().min(1), z.union([z.array(scalar).min(1), range])));

const searched = z.strictObject({
  from: z.number(),
  to: z.number(),
  scale: z.enum(['log', 'linear']).optional(),
});
const spaces = z.preprocess(readSpaces, z.record(z.string().min(1), z.union([z.array(scalar).min(1), searched])));

/** What each setting may be; the parsed value is what `check` takes. */
export const SETTING_SCHEMAS = {
  widths: positives,
  depths: positives,
  width: positive,
  depth: positive,
  seeds: positive,
  seed: natural,
  steps: positive,
  grid: grids,
  space: spaces,
  trials: positive,
  search: z.enum(['halving', 'random']),
  extend: natural,
  set: assignments,
  engine: z.enum(engines),
  workers: positive,
  threads: positive,
  taps: names,
  reporter: z.preprocess(splitAtCommas, z.array(reporter).min(1)),
  out: z.string().min(1),
  resume: onOff,
  control: z.literal('sp'),
  targetWidth: positive,
  targetSteps: positive,
  targetBatch: positive,
  verifyWidth: positive,
  timeBudget: z.string().transform((text, context) => {
    const ms = duration(text);
    if (ms !== null) return ms;
    context.addIssue({ code: 'custom', message: 'not a duration' });
    return z.NEVER;
  }),
  quiet: onOff,
  verbose: onOff,
} satisfies Record<SettingKey, z.ZodType>;

function splitAtCommas(given: unknown): unknown {
  const all = Array.isArray(given) ? given : [given];
  return all.flatMap((each) => (typeof each === 'string' ? each.split(',').map((part) => part.trim()) : [each]));
}

/** `['a=1', 'b=x,c=true']` → `{ a: 1, b: 'x', c: true }`; anything else goes on to be refused. */
function readAssignments(given: unknown): unknown {
  return assigned(given, readScalar, false);
}

/** `['a=1..8/4', 'b=x,y']` → `{ a: { from: 1, to: 8, points: 4 }, b: ['x', 'y'] }`; anything else goes on to be refused. */
function readGrids(given: unknown): unknown {
  return assigned(given, (text) => {
    const [, from, to, points] = /^(\S+?)\.\.(\S+?)(?:\/(\d+))?$/.exec(text) ?? [];
    if (from === undefined || to === undefined) return text.split(',').map((part) => readScalar(part.trim()));
    const ends = { from: readScalar(from), to: readScalar(to) };
    return points === undefined ? ends : { ...ends, points: Number(points) };
  });
}

/** `['a=1..8', 'b=lin:0..1', 'c=x,y']` → ranges and choices by name; anything else goes on to be refused. */
function readSpaces(given: unknown): unknown {
  return assigned(given, (text) => {
    const [, linear, from, to] = /^(lin:)?(\S+?)\.\.(\S+?)$/.exec(text) ?? [];
    if (from === undefined || to === undefined) return text.split(',').map((part) => readScalar(part.trim()));
    return { from: readScalar(from), to: readScalar(to), scale: linear === undefined ? 'log' : 'linear' };
  });
}

/** @param isOnce - whether a name that is given twice is a mistake rather than a correction */
function assigned(given: unknown, read: (text: string) => unknown, isOnce = true): unknown {
  if (typeof given !== 'string' && !Array.isArray(given)) return given;
  const texts: unknown[] = Array.isArray(given) ? given : [given];
  const pairs: [string, unknown][] = [];
  // A comma parts two assignments only before the next NAME=, so that a value may hold commas.
  for (const text of texts.flatMap((each) => String(each).split(/,(?=[\w.-]+=)/))) {
    const equals = text.indexOf('=');
    if (equals < 1) return text;
    pairs.push([text.slice(0, equals).trim(), read(text.slice(equals + 1).trim())]);
  }
  const names = new Set(pairs.map(([name]) => name));
  return isOnce && names.size < pairs.length ? texts.join(' ') : Object.fromEntries(pairs);
}

/** A number, also as a power (`2^-9`), a truth value, or the text itself. */
function readScalar(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true';
  const [, base, exponent] = /^([\d.]+)\^([+-]?[\d.]+)$/.exec(text) ?? [];
  const value = base === undefined ? Number(text) : Number(base) ** Number(exponent);
  return text !== '' && Number.isFinite(value) ? value : text;
}
