import type { Judged } from './judged.js';
import { tallyOfChecks, type Rate, type Tally } from './tally.js';

/** A rate of a calibration, and what it must be. */
export interface Measure {
  name: string;
  of(tally: Tally): Rate;
  /** What the rate must reach, or must not exceed, as a share of its trials; null where it follows from another. */
  bar: { atLeast: number } | { atMost: number } | null;
  /** Whether narrow widths have to hold it, too: they may leave more open, and are to be wrong no more often. */
  isForNarrow?: true;
}

/** What a calibration shows, row by row. */
export const MEASURES: readonly Measure[] = [
  { name: 'wrong models detected', of: ({ detected }) => detected, bar: { atLeast: 0.99 } },
  { name: 'wrong models passed (missed)', of: ({ missed }) => missed, bar: null },
  {
    name: 'right models failed (false alarms)',
    of: ({ falseAlarms }) => falseAlarms,
    bar: { atMost: 0.01 },
    isForNarrow: true,
  },
  { name: 'inconclusive', of: ({ inconclusive }) => inconclusive, bar: { atMost: 0.05 } },
  { name: 'cause named right, of detections', of: ({ cause }) => cause, bar: { atLeast: 0.95 } },
  { name: 'parameters named right, of detections', of: ({ parameter }) => parameter, bar: { atLeast: 0.95 } },
  { name: 'exponents right, of detections', of: ({ exponent }) => exponent, bar: { atLeast: 0.95 } },
  {
    name: 'a verdict where none is possible',
    of: ({ meaningless }) => meaningless,
    bar: { atMost: 0 },
    isForNarrow: true,
  },
];

/** Whether a rate is as it must be; true where nothing was tried. */
export function isMet({ bar }: Measure, { hits, trials }: Rate): boolean {
  if (bar === null) return true;
  return 'atLeast' in bar ? hits >= bar.atLeast * trials : hits <= bar.atMost * trials;
}

/** `≥ 99 %`; empty where there is no bar. */
export function barText({ bar }: Measure): string {
  if (bar === null) return '';
  return 'atLeast' in bar ? `≥ ${100 * bar.atLeast} %` : `≤ ${100 * bar.atMost} %`;
}

/** Whether a check was made at the settings a user gets by default. */
export function isDefault({ job: { ladder, rate } }: Pick<Judged, 'job'>): boolean {
  return ladder === 'default' && rate === 1;
}

/** The bars that a calibration does not reach: all of them at default settings, fewer at narrow widths, none elsewhere. */
export function missedBars(all: readonly Judged[]): string[] {
  const narrow = all.filter(({ job }) => job.ladder === 'short' && job.rate === 1);
  return [
    ...missedOf(all.filter(isDefault), MEASURES),
    ...missedOf(
      narrow,
      MEASURES.filter(({ isForNarrow }) => isForNarrow),
    ).map((text) => `${text}, at narrow widths`),
  ];
}

function missedOf(of: readonly Judged[], measures: readonly Measure[]): string[] {
  const tally = tallyOfChecks(of);
  return measures.flatMap((measure) =>
    isMet(measure, measure.of(tally)) ? [] : [`${measure.name}: ${barText(measure)}`],
  );
}
