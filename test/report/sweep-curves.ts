import type {
  JudgedDrift,
  Optimum,
  ParametrizationSweep,
  ScoredPoint,
  SweepCurve,
} from '../../src/verdict/sweep-result.js';
import { noise } from './measurements.js';

export const SWEEP_SEEDS = [0, 1, 2];

/** Values of a grid: powers of two. */
export function powers(low: number, high: number): number[] {
  return Array.from({ length: high - low + 1 }, (_, i) => 2 ** (low + i));
}

/** What a synthetic curve is like: a parabola over log2 of the value, which diverges far above its vertex. */
export interface CurveShape {
  width: number;
  depth?: number | null;
  grid: readonly number[];
  /** log2 of the optimum; outside the grid it is censored. */
  vertex: number;
  /** Loss there. */
  floor: number;
  seeds?: readonly number[];
  /** Why no optimum is found, where none is to be. */
  undetermined?: string;
}

const CURVATURE = 0.09;
const UNTRAINED = 2.303;

/** Mean loss at a value; null where training diverges. */
export function lossAt(value: number, { vertex, floor }: CurveShape): number | null {
  const x = Math.log2(value) - vertex;
  if (x > 3.4) return null;
  // Steeper above the optimum than below it, and never worse than no training on the low side.
  return x > 0
    ? floor + CURVATURE * x ** 2 * (1 + x / 6)
    : UNTRAINED - (UNTRAINED - floor) * Math.exp(-CURVATURE * x ** 2);
}

/** A curve as a sweep's result has it. */
export function curve(shape: CurveShape, proxy: CurveShape | null = null): SweepCurve {
  const { width, depth = null, grid, seeds = SWEEP_SEEDS } = shape;
  const points = grid.flatMap((value, i) =>
    seeds.map((seed): ScoredPoint => {
      const loss = lossAt(value, shape);
      return { value, seed, score: loss === null ? null : loss + noise(width, seed, i) / 3 };
    }),
  );
  const found = optimum(shape);
  const isCarried = proxy !== null && found.state === 'found' && optimum(proxy).state === 'found';
  const carried = proxy === null ? null : lossAt(2 ** proxy.vertex, shape);
  const loss = carried ?? UNTRAINED;
  return {
    width,
    depth,
    points,
    optimum: found,
    regret: isCarried
      ? {
          value: 2 ** proxy.vertex,
          loss,
          ownLoss: shape.floor,
          share: loss / shape.floor - 1,
          interval: [loss / shape.floor - 1.011, loss / shape.floor - 0.989],
        }
      : null,
    robustnessOctaves: found.state === 'found' ? 1.1 + Math.log2(width) / 20 : null,
  };
}

function optimum({ grid, vertex, floor, undetermined }: CurveShape): Optimum {
  const nothing = {
    log2Value: null,
    interval: null,
    standardError: null,
    degreesOfFreedom: null,
    loss: null,
    curvature: null,
    isAtStabilityEdge: false,
  };
  const [low = 1] = grid;
  const high = grid.at(-1) ?? 1;
  if (undetermined !== undefined) return { ...nothing, state: 'undetermined', best: null, reason: undetermined };
  if (vertex <= Math.log2(low)) {
    return { ...nothing, state: 'censored-low', best: low, reason: 'the loss still falls at the lowest value' };
  }
  if (vertex >= Math.log2(high)) {
    return { ...nothing, state: 'censored-high', best: high, reason: 'the loss still falls at the highest value' };
  }
  return {
    state: 'found',
    best: 2 ** Math.round(vertex),
    log2Value: vertex,
    interval: [vertex - 0.19, vertex + 0.21],
    standardError: 0.09,
    degreesOfFreedom: 6,
    loss: floor,
    curvature: CURVATURE,
    isAtStabilityEdge: false,
    reason: null,
  };
}

/** A drift as it is judged: transfers where its whole interval is within ¼ of a doubling. */
export function drift(perDoubling: number | null, options: Partial<JudgedDrift> = {}): JudgedDrift {
  const interval: [number, number] | null = perDoubling === null ? null : [perDoubling - 0.07, perDoubling + 0.07];
  const outcome = perDoubling === null ? 'inconclusive' : Math.abs(perDoubling) < 0.25 ? 'pass' : 'fail';
  return {
    along: 'width',
    at: null,
    perDoubling,
    interval,
    standardError: perDoubling === null ? null : 0.02,
    sizes: perDoubling === null ? [] : [64, 128, 256, 512],
    outcome,
    reason: outcome === 'fail' ? 'the optimum moves with width' : null,
    settle: null,
    ...options,
  };
}

/** Curves and drifts of one parametrization, judged by the worst of its drifts. */
export function parametrization(
  name: 'mup' | 'sp',
  shapes: readonly CurveShape[],
  drifts: JudgedDrift[],
  judged: Partial<ParametrizationSweep> = {},
): ParametrizationSweep {
  const worst = (['fail', 'inconclusive', 'pass'] as const).find((outcome) =>
    drifts.some((one) => one.outcome === outcome),
  );
  const settle = drifts.find((one) => one.settle !== null)?.settle ?? null;
  const first = drifts.find((one) => one.outcome === worst);
  return {
    parametrization: name,
    outcome: worst ?? 'inapplicable',
    reason: first?.reason ?? null,
    settle,
    curves: shapes.map((shape, i) => curve(shape, i === 0 ? null : (shapes[0] ?? null))),
    drifts,
    widerIsBetter: { pairs: 21, better: name === 'mup' ? 19 : 11, worse: name === 'mup' ? 0 : 8 },
    ...judged,
  };
}
