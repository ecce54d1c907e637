import type {
  JudgedSlope,
  Outcome,
  ParameterQuantity,
  ParameterResult,
  Role,
  TapResult,
} from '../../src/verdict/result.js';

/** The widths and seeds of all results. */
export const WIDTHS = [64, 128, 256, 512, 1024];
export const SEEDS = [0, 1, 2];

/** Noise without randomness: the same at every call, about ±0.05, different for each width, seed and salt. */
export function noise(width: number, seed: number, salt: number): number {
  return 0.05 * Math.sin(width * 1.7 + seed * 2.1 + salt * 4.1);
}

/** A slope as the verdict gives it, over points that do have it. */
export function slopeOf(slope: number, options: Partial<JudgedSlope> & { start?: number } = {}): JudgedSlope {
  const { start = -3, ...rest } = options;
  const expected = rest.expected === undefined ? 0 : rest.expected;
  const off = expected === null ? 0 : Math.abs(slope - expected);
  return {
    slope,
    interval: [slope - 0.04, slope + 0.05],
    topSlope: slope + 0.01,
    curvature: 0.003,
    expected,
    outcome: expected === null ? 'inapplicable' : off > 0.25 ? 'fail' : 'pass',
    reason: off > 0.25 ? `measured ${slope}, expected ${expected}` : null,
    settle: null,
    points: WIDTHS.flatMap((width) =>
      SEEDS.map((seed) => ({
        width,
        seed,
        log2Size: start + slope * Math.log2(width / 64) + noise(width, seed, start),
      })),
    ),
    ...rest,
  };
}

/** A slope of which nothing is known. */
export function noSlope(reason = 'the size is exactly 0 at every width'): JudgedSlope {
  return {
    slope: null,
    interval: null,
    topSlope: null,
    curvature: null,
    expected: null,
    outcome: 'inapplicable',
    reason,
    settle: null,
    points: WIDTHS.flatMap((width) => SEEDS.map((seed) => ({ width, seed, log2Size: null }))),
  };
}

/** All rows a check has for one tap: shown activations and changes, a judged centred change and propagated part. */
export function tapRows(tap: string, slope = 0, options: { parameter?: string; init?: number } = {}): TapResult[] {
  const row = (quantity: TapResult['quantity'], step: number, judged: boolean, of: JudgedSlope): TapResult => ({
    ...of,
    tap,
    step,
    quantity,
    statistic: 'meanAbs',
    parameter: null,
    judged,
  });
  const init = options.init ?? 0;
  const rows: TapResult[] = [];
  for (let step = 0; step <= 4; step += 1) {
    rows.push(row('activation', step, false, slopeOf(init + (slope * step) / 8, { expected: null, start: -1 })));
    if (step > 0) rows.push(row('change', step, false, slopeOf(slope * (1 - step / 12), { expected: null })));
  }
  rows.push(row('centredChange', 1, true, slopeOf(slope + 0.02)));
  if (options.parameter !== undefined) {
    rows.push({ ...row('propagated', 1, true, slopeOf(0.03)), parameter: options.parameter });
  }
  return rows;
}

/** A parameter with all its quantities. */
export function parameter(
  name: string,
  role: Role,
  how: { update?: number; init?: number; expectedInit?: number; outcome?: Outcome } = {},
): ParameterResult {
  const place = name.split('/')[0] ?? name;
  const update = at(slopeOf(how.update ?? -0.02), place, 1);
  const init = at(slopeOf(how.init ?? 0, { expected: how.expectedInit ?? 0, start: -0.5 }), place, 0);
  return {
    parameter: name,
    use: null,
    role,
    shape: role === 'vector' ? [64] : [64, 64],
    infinite: role === 'hidden' ? [true, true] : role === 'vector' ? [true] : [role === 'readout', role === 'input'],
    ownPlace: place,
    init,
    isolatedUpdate: update,
    value: at(slopeOf(-0.5, { expected: null }), null, 0),
    update: at(slopeOf(-1, { expected: null, start: -9 }), null, 1),
    gradient: at(slopeOf(-1, { expected: null, start: -12 }), null, 0),
    outcome: how.outcome ?? update.outcome,
    reason: null,
    declared: null,
  };
}

function at(slope: JudgedSlope, tap: string | null, step: number): ParameterQuantity {
  return { ...slope, tap, step };
}
