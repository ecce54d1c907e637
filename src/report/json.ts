import type { ReportedResult } from './reported-result.js';

/**
 * The order of keys in a saved result, first to last, over all its objects. Keys that are not here (versions,
 * hyperparameters, environment) follow in alphabetical order.
 */
const KEY_ORDER = [
  'schema schemaVersion name verdict summary command versions environment config',
  'widths depths seeds seed steps engine threads optimizer loss scoredOn hyperparameters control',
  'hyperparameter isNumeric parametrization setting along at perDoubling sizes',
  'gate rule cause title tap step quantity statistic parameter use role shape infinite ownPlace where judged',
  'width depth state slope interval topSlope curvature measured expected',
  'best log2Value standardError degreesOfFreedom score ownLoss share pairs better worse optimum regret robustnessOctaves',
  'init isolatedUpdate value update gradient outcome reason settle declared fix text points log2Size',
  'parametrizations curves drifts widerIsBetter flops flopsPerStep assumptions',
  'gates taps parameters rules diagnosis sweeps cost notes runs trials durationMs error',
].flatMap((line) => line.split(' '));

const RANK = new Map(KEY_ORDER.map((key, rank) => [key, rank]));

/**
 * A result as JSON text: the same bytes for the same result, whatever order its objects were built in.
 *
 * @returns two-space indented JSON that ends with a newline; numbers that are not finite are null
 */
export function renderJson(result: ReportedResult): string {
  return `${JSON.stringify(result, (_key, value: unknown) => (isRecord(value) ? ordered(value) : value), 2)}\n`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function ordered(value: Record<string, unknown>): Record<string, unknown> {
  const keys = Object.keys(value).toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return Object.fromEntries(keys.map((key) => [key, value[key]]));
}

function rank(key: string): number {
  return RANK.get(key) ?? Number.POSITIVE_INFINITY;
}
