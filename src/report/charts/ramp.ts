import { pageColor } from './chart-style.js';

/** Colours that tell sizes apart, narrow to wide: `--ramp-0` … in the style sheet. */
const RAMP_STEPS = 7;

/** What colours tell apart on a page: the widths, or the depths where there is one width. */
export interface SizeScale {
  of: 'width' | 'depth';
  /** Smallest first. */
  all: readonly number[];
}

/** Which colour the i-th of `count` sizes has: the whole ramp is used, however few sizes there are. */
export function rampStep(i: number, count: number): number {
  return count <= 1 ? RAMP_STEPS - 1 : Math.round((i / (count - 1)) * (RAMP_STEPS - 1));
}

/** Where a size stands on its scale, from 0. */
export function sizeIndex(size: { width: number; depth: number | null }, { of, all }: SizeScale): number {
  return Math.max(0, all.indexOf(size[of] ?? 0));
}

/** The colour of a size. */
export function sizeColor(size: { width: number; depth: number | null }, scale: SizeScale): string {
  return pageColor(`ramp-${rampStep(sizeIndex(size, scale), scale.all.length)}`);
}
