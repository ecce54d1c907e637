import { readFileSync } from 'node:fs';
import { failure } from '../errors.js';
import type { DecayForm } from './variable-settings.js';

/** What one parameter starts from and is trained with; null where it is not known. */
export interface TargetParameter {
  /** Its shape at the target's width: a model of another width is refused by it. */
  shape: readonly number[];
  learningRate: number | null;
  /** Root mean square of its initial value: a normal's standard deviation, a constant's size; 0 where it starts at 0. */
  initStd: number | null;
  /** What the forward pass multiplies by where the parameter is used. */
  multiplier: number | null;
  /** Coupled to the rate: a step takes rate · weightDecay · θ. */
  weightDecay: number | null;
  /** The constant in the optimizer's denominator; null for one without. */
  epsilon: number | null;
  /** By layer, what another layer that is tied to it multiplies by. */
  tied?: Readonly<Record<string, number>>;
}

/** What a target model is to be launched with: plain numbers, for any framework. */
export interface TargetSettings {
  schema: 'coordcheck/target';
  schemaVersion: 1;
  /** The model. */
  name: string;
  targetWidth: number;
  depth: number | null;
  hyperparameters: Readonly<Record<string, number | string | boolean>>;
  optimizer: {
    className: string;
    /** Its other settings, the same for every parameter: betas, momentum. */
    config: Readonly<Record<string, number | string | boolean>>;
    decayForm: DecayForm;
    /** Whether a schedule moves its rates, which are then those that the schedule's factors multiply. */
    isScheduled: boolean;
  };
  /** By name `layer/weight`, those that are trained. */
  parameters: Readonly<Record<string, TargetParameter>>;
}

/**
 * Reads the settings that `coordcheck tune` wrote for a target's width.
 *
 * @throws CoordCheckError TARGET_SETTINGS_INVALID where the file cannot be read or holds something else
 */
export function loadTargetSettings(path: string | URL): TargetSettings {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw failure('TARGET_SETTINGS_INVALID', { path: String(path), why: String(cause) }, { cause });
  }
  const why = whyInvalid(content);
  if (why !== null) throw failure('TARGET_SETTINGS_INVALID', { path: String(path), why });
  return content as TargetSettings;
}

const NUMBERS = ['learningRate', 'initStd', 'multiplier', 'weightDecay', 'epsilon'] as const;

function whyInvalid(content: unknown): string | null {
  if (!isRecord(content)) return 'it is no object';
  const { schema, schemaVersion, targetWidth, hyperparameters, optimizer, parameters } = content;
  if (schema !== undefined && schema !== 'coordcheck/target') return `its schema is ${shown(schema)}`;
  if (schemaVersion !== 1) return `its schemaVersion is ${shown(schemaVersion)}, not 1`;
  if (!isSize(targetWidth)) return `its targetWidth is ${shown(targetWidth)}, not a whole number above 0`;
  if (!isRecord(hyperparameters)) return 'it has no hyperparameters';
  if (!isRecord(optimizer) || typeof optimizer['className'] !== 'string') return 'it names no optimizer';
  if (optimizer['decayForm'] !== 'regularization' && optimizer['decayForm'] !== 'decoupled') {
    return `its optimizer's decayForm is ${shown(optimizer['decayForm'])}`;
  }
  const { config } = optimizer;
  if (!isRecord(config)) return "its optimizer's config is missing or no object";
  const strange = Object.entries(config).find(([, value]) => !['number', 'string', 'boolean'].includes(typeof value));
  if (strange !== undefined) return `its optimizer's ${strange[0]} is ${shown(strange[1])}`;
  if (!isRecord(parameters) || Object.keys(parameters).length === 0) return 'it has no parameters';
  const wrong = Object.entries(parameters).flatMap(([name, row]) => whyWrong(row).map((why) => `${name} ${why}`));
  return wrong[0] ?? null;
}

function whyWrong(row: unknown): string[] {
  if (!isRecord(row)) return ['is no object'];
  if (!Array.isArray(row['shape']) || !row['shape'].every(isSize)) return [`has the shape ${shown(row['shape'])}`];
  const wrong = NUMBERS.flatMap((key) => {
    const value = row[key];
    if (value === null) return [];
    const isAmount = isNumber(value) && (key === 'multiplier' || value >= 0);
    return isAmount ? [] : [`has the ${key} ${shown(value)}, not a number from 0`];
  });
  const { tied = {} } = row;
  if (!isRecord(tied)) return [...wrong, `has tied ${shown(tied)}, not an object`];
  const odd = Object.entries(tied).filter(([, value]) => !isNumber(value));
  return [...wrong, ...odd.map(([layer, value]) => `is tied to ${layer} by ${shown(value)}, not a number`)];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value);
}
