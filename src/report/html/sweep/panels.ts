import type { SizeScale } from '../../charts/ramp.js';
import type { OptimumPanel } from '../../charts/optimum-values.js';
import type { HyperparameterSweep, SweepCurve } from '../../../verdict/sweep-result.js';

/** The sizes of a sweep's curves, smallest first. */
export interface SweptSizes {
  widths: number[];
  depths: (number | null)[];
}

/** The sizes that any curve of a hyperparameter has. */
export function sweptSizes({ parametrizations }: HyperparameterSweep): SweptSizes {
  const curves = parametrizations.flatMap((one) => one.curves);
  return {
    widths: [...new Set(curves.map(({ width }) => width))].toSorted((a, b) => a - b),
    depths: [...new Set(curves.map(({ depth }) => depth))].toSorted((a, b) => (a ?? 0) - (b ?? 0)),
  };
}

/** What colours tell apart: widths, or depths where there is one width alone. */
export function sizeScale({ widths, depths }: SweptSizes): SizeScale {
  if (widths.length > 1 || depths.length < 2) return { of: 'width', all: widths };
  return { of: 'depth', all: depths.filter((depth) => depth !== null) };
}

/** Curves that share a chart: all of them, or those of one depth where there are several widths as well. */
export interface CurveGroup {
  /** What they have in common, to be told; null where they are all. */
  title: string | null;
  holds(curve: Pick<SweepCurve, 'depth'>): boolean;
}

/** One group a depth where colours tell widths apart. */
export function curveGroups(sizes: SweptSizes): CurveGroup[] {
  const { of } = sizeScale(sizes);
  if (of === 'depth' || sizes.depths.length < 2) return [{ title: null, holds: () => true }];
  return sizes.depths.map((depth) => ({ title: `depth ${depth}`, holds: (curve) => curve.depth === depth }));
}

/** Where optima can be followed: along width at every depth, along depth at every width. */
export function optimumPanels(sizes: SweptSizes): Pick<OptimumPanel, 'along' | 'at'>[] {
  const { widths, depths } = sizes;
  return [
    ...(widths.length < 2 ? [] : depths.map((at) => ({ along: 'width' as const, at }))),
    ...(depths.length < 2 ? [] : widths.map((at) => ({ along: 'depth' as const, at }))),
  ];
}
