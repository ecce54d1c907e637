import type { Analysis, ParameterAnalysis, Series, TapAnalysis } from '../../src/analysis/analyze.js';
import { fit } from '../../src/analysis/fit.js';
import { ABC, type Abc, type AbcTable, type ParametrizationName } from '../../src/parametrization/abc.js';
import { initExponent, isolatedUpdateExponent, propagatedExponent } from '../../src/parametrization/calculus.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import type { Role } from '../../src/parametrization/role.js';
import type { RecordHeader, RunRecord } from '../../src/records/run.js';
import { judge } from '../../src/verdict/judge.js';
import type { CheckResult } from '../../src/verdict/result.js';
import { header, run } from '../records/sample.js';

export const WIDTHS = [64, 128, 256, 512];
export const SEEDS = [0, 1];

/** A series that goes exactly like width^exponent; null: exactly 0 at every width. */
export function series(exponent: number | null, at: Partial<Pick<Series, 'tap' | 'step'>> = {}): Series {
  const keys = WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed })));
  const place: Pick<Series, 'tap' | 'step' | 'statistic'> = { tap: null, step: 1, statistic: 'meanAbs', ...at };
  if (exponent === null) {
    const points = keys.map((key) => ({ ...key, log2Size: null }));
    return { ...place, points, fit: null, reason: 'exactly-zero' };
  }
  const points = keys.map((key) => ({ ...key, log2Size: exponent * Math.log2(key.width) }));
  return { ...place, points, fit: fit(keys.map((key) => ({ ...key, size: key.width ** exponent }))), reason: null };
}

/** What no run recorded. */
export function missing(): Series {
  return { tap: null, step: null, statistic: 'meanAbs', points: [], fit: null, reason: 'missing' };
}

const INFINITE: Record<Role, boolean[]> = {
  input: [false, true],
  hidden: [true, true],
  readout: [true, false],
  vector: [true],
  scalar: [false],
};

/** Exponents of a parameter as it would be measured at a tap; null is exactly 0. */
export interface Exponents {
  init?: number | null;
  update?: number | null;
  propagated?: number | null;
  /** Of the variable's own initial value, null where it is exactly 0; what makes its initial output without a multiplier, unless given. */
  value?: number | null;
  /** Of its rate; what makes its isolated update under Adam without a multiplier, unless given. */
  rate?: number;
}

/** A parameter judged at the tap of its layer: `dense/kernel` at `dense`. */
export function parameterSeries(
  name: string,
  role: Role,
  { init = 0, update = 0, propagated = null, ...own }: Exponents = {},
): ParameterAnalysis {
  const tap = name.slice(0, name.indexOf('/'));
  const isMatrix = role === 'hidden' || role === 'readout';
  const value = own.value !== undefined ? own.value : init === null ? null : init - (isMatrix ? 1 / 2 : 0);
  const rate = own.rate ?? (update === null ? null : update - ABC['mup-table3'][role].c.sign);
  return {
    parameter: name,
    use: null,
    way: null,
    isTied: false,
    input: null,
    layerClass: 'Dense',
    shape: INFINITE[role].map((grows) => (grows ? 64 : 8)),
    infinite: INFINITE[role],
    places: [tap],
    ownPlace: tap,
    value: [series(value, { step: 0 })],
    update: [series(rate)],
    gradient: [series(0, { step: 0 })],
    rateDrift: { perStep: missing(), perGradient: missing() },
    overEpsilon: missing(),
    epsilonShare: missing(),
    decay: missing(),
    init: series(init, { tap, step: 0 }),
    isolatedUpdate: series(update, { tap }),
    alignedUpdate: null,
    propagated: isMatrix && propagated !== null ? series(propagated, { tap }) : missing(),
  };
}

/** A tap's x₀ and first centred change. */
export function tapSeries(tap: string, exponents: { activation: number; change: number }): TapAnalysis[] {
  return [
    { ...series(exponents.activation), tap, step: 0, quantity: 'activation', product: null },
    { ...series(exponents.change), tap, step: 1, quantity: 'centredChange', product: null },
  ];
}

/** An analysis of these tables, from one finished run of every width and seed. */
export function analysisOf(
  tables: { parameters: ParameterAnalysis[]; taps: TapAnalysis[] },
  options: { optimizer?: string; inert?: string[] } = {},
): Analysis {
  const { optimizer = 'Adam', inert = [] } = options;
  return { ...tables, runs: runs(tables, { optimizer }), depth: null, inert, alongDepth: null };
}

function runs({ parameters, taps }: Pick<Analysis, 'parameters' | 'taps'>, fields: Partial<RunRecord>): RunRecord[] {
  const names = [...new Set(taps.map(({ tap }) => tap))];
  return WIDTHS.flatMap((width) =>
    SEEDS.map((seed) =>
      run({
        ...fields,
        width,
        seed,
        batchHash: `batch ${seed}`,
        weightsHash: `weights ${seed}`,
        taps: names.map((name) => ({ name, shape: [4, width] })),
        parameters: parameters.map(({ parameter: name, shape, infinite, layerClass }) => ({
          name,
          layerClass,
          shape: shape.map((size, d) => (infinite[d] ? width : size)),
        })),
      }),
    ),
  );
}

/** Judges an analysis made here. */
export function judged(analysis: Analysis, expect: RecordHeader['expect'] = {}): CheckResult {
  const plan = { ...header({ widths: WIDTHS, seeds: SEEDS }), expect };
  return judge(analysis, { header: plan, durations: new Map() });
}

const LAYERS: [string, 'input' | 'hidden' | 'readout'][] = [
  ['input', 'input'],
  ['hidden-1', 'hidden'],
  ['hidden-2', 'hidden'],
  ['readout', 'readout'],
];

/**
 * The analysis of an MLP with biases whose every size follows the calculus.
 *
 * @param changes - by parameter, the exponents that differ from the table
 */
export function mlp(
  name: ParametrizationName,
  family: OptimizerFamily,
  changes: Record<string, Partial<Abc>> = {},
): Analysis {
  const table = ABC[name];
  const rowOf = (parameter: string, role: Role): Abc => ({ ...table[role], ...changes[parameter] });
  const kernels = LAYERS.map(([layer, role]) => rowOf(`${layer}/kernel`, role));
  const readout = kernels.at(-1) ?? table.readout;
  const parameters: ParameterAnalysis[] = [];
  const taps: TapAnalysis[] = [];
  let [x, dx] = [0, 0];
  for (const [index, [layer, role]] of LAYERS.entries()) {
    const row = kernels[index] ?? table[role];
    const vector = role === 'readout' ? 'scalar' : 'vector';
    const rows: AbcTable = { ...table, readout, [role]: row, [vector]: rowOf(`${layer}/bias`, vector) };
    // What the backward pass gains on its way down through the hidden weights; the readout's part is in the calculus.
    const backward = kernels.slice(index + 1, -1).reduce((sum, below) => sum + (initExponent('hidden', below) ?? 0), 0);
    const inherited = family === 'sgd' ? { kernel: 2 * x + backward, bias: backward } : { kernel: x, bias: 0 };
    const update = isolatedUpdateExponent(role, rows, family) + inherited.kernel;
    const bias = isolatedUpdateExponent(vector, rows, family) + inherited.bias;
    const propagated = propagatedExponent(role, row, dx);
    x += initExponent(role, row) ?? 0;
    dx = Math.max(update, bias, propagated ?? -Infinity);
    parameters.push(
      parameterSeries(`${layer}/kernel`, role, { init: x, update, propagated, value: -row.b, rate: -row.c[family] }),
      parameterSeries(`${layer}/bias`, vector, { update: bias, rate: -rows[vector].c[family] }),
    );
    taps.push(...tapSeries(layer, { activation: x, change: dx }));
  }
  return analysisOf({ parameters, taps }, { optimizer: family === 'sgd' ? 'SGD' : 'Adam' });
}
