import { analyze } from './analysis/analyze.js';
import { capture, describeCapture, type CaptureOptions } from './capture/capture.js';
import type { ModelDefinition } from './model/definition.js';
import { roleOf, type ParameterWay, type Role, type RoleEvidence } from './parametrization/role.js';
import { parseRecords, readRecordsText } from './records/records-file.js';
import { judge } from './verdict/judge.js';
import { parseResult } from './verdict/result-schema.js';
import type { CheckResult } from './verdict/result.js';
import type { SweepResult } from './verdict/sweep-result.js';
import { parseSweep } from './verdict/sweep-schema.js';

/** How a check is run; everything has a default, most of them the model's own. */
export type CheckOptions = CaptureOptions;

/** What a check would do, without training: `--dry-run`. */
export interface CheckPlan {
  name: string;
  engine: string;
  workers: number;
  config: CheckResult['config'];
  taps: { name: string; shape: number[] }[];
  parameters: { name: string; shape: number[]; role: string; infinite: boolean[] }[];
  runs: { width: number; depth: number | null; seed: number; memoryBytes: number }[];
  /** Estimated wall time, from one timed forward pass. */
  durationMs: number;
}

/**
 * Checks that a model is in µP: trains it for its first steps at growing widths, measures, judges.
 *
 * @param source - a model file (path or URL: runs in worker processes) or a definition (runs in this process)
 * @param options - how to run; see CheckOptions
 * @returns the result, verdict included; the same records for the same seed, byte for byte
 * @throws CoordCheckError for wrong use or a broken environment; the signal's reason once it fires
 */
export async function check(source: string | URL | ModelDefinition, options: CheckOptions = {}): Promise<CheckResult> {
  const { records, durations } = await capture(source, options);
  const analysis = await analyze(records);
  return judge(analysis, { header: records.header, durations });
}

/**
 * Says what a check would train and measure, without training: builds the model at its two narrowest widths.
 *
 * @throws CoordCheckError as check does before its first run
 */
export async function plan(source: string | URL | ModelDefinition, options: CheckOptions = {}): Promise<CheckPlan> {
  const { header, taps, parameters, runs, workers, optimizer } = await describeCapture(source, options);
  return {
    name: header.name,
    engine: header.config.engine,
    workers,
    config: { ...header.config, optimizer },
    taps,
    parameters: parameters.map(({ ways, ...p }) => ({ ...p, role: rolesOf(p, ways).join(' and ') })),
    runs: runs.map(({ width, depth, seed, memoryBytes }) => ({ width, depth, seed, memoryBytes })),
    durationMs: runs.reduce((sum, run) => sum + run.durationMs, 0) / workers,
  };
}

/**
 * Judges saved records again, or reads a saved result, without a model and without TF.js.
 *
 * @param path - records, or the result of a check or sweep, whatever the file is called
 * @throws CoordCheckError where the file cannot be read, or is none of them
 */
export async function recheck(path: string): Promise<CheckResult | SweepResult> {
  const text = await readRecordsText(path);
  const schema = schemaOf(text);
  // One that names no schema is refused, with the place, by whoever its name says it is for.
  if (schema === 'coordcheck/sweep' || (schema === null && path.endsWith('.sweep.json'))) return parseSweep(text, path);
  if (schema === 'coordcheck/result' || path.endsWith('.json')) return parseResult(text, path);
  const records = parseRecords(text, path);
  return judge(await analyze(records), { header: records.header, durations: new Map() });
}

/** The schema that a saved result names; null for what is no single value of JSON, as records are. */
function schemaOf(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null && 'schema' in parsed ? parsed.schema : null;
  } catch {
    return null;
  }
}

/** A tied parameter has a role in each of its uses. */
function rolesOf(parameter: RoleEvidence, ways: readonly ParameterWay[]): Role[] {
  const roles = ways.map((way) => roleOf({ ...parameter, way }));
  return roles.length === 0 ? [roleOf(parameter)] : [...new Set(roles)];
}
