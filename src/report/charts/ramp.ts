/** Colours that tell widths apart, narrow to wide: `--ramp-0` … in the style sheet. */
export const RAMP_STEPS = 7;

/** Which colour the i-th of `count` widths has: the whole ramp is used, however few widths there are. */
export function rampStep(i: number, count: number): number {
  return count <= 1 ? RAMP_STEPS - 1 : Math.round((i / (count - 1)) * (RAMP_STEPS - 1));
}
