import type { JudgedSlope } from '../../verdict/result.js';
import { exponentText, rowCaption } from '../reading/numbers.js';
import { html, type Markup } from './markup.js';

/** Half the distance between two classes of exponents: what lies within is taken for the expected one. */
const TOLERANCE = 0.25;
const WIDTH = 168;
const HEIGHT = 22;
const EDGE = 5;

/** The exponents a column of range plots spans, alike in all its rows. */
export interface RangeScale {
  low: number;
  high: number;
}

/** A scale that holds −1 … +1 and everything that is measured or expected, within ±2.5. */
export function rangeScale(rows: readonly Pick<JudgedSlope, 'slope' | 'interval' | 'expected'>[]): RangeScale {
  const values = rows.flatMap((row) => [...(row.interval ?? []), row.slope ?? 0, row.expected ?? 0]);
  const high = values.reduce((most, value) => Math.max(most, reach(value)), 1);
  const low = values.reduce((least, value) => Math.min(least, -reach(-value)), -1);
  return { low: low - 0.1, high: high + 0.1 };
}

/** The next multiple of ½, at most 2½. */
function reach(value: number): number {
  return Math.ceil(Math.min(2.5, value) * 2) / 2;
}

type PlottedSlope = Omit<JudgedSlope, 'points' | 'topSlope' | 'curvature' | 'settle'>;

/** A slope with its interval, drawn on the band around what is expected. The numbers stand in the row beside it. */
export function rangePlot(row: PlottedSlope, scale: RangeScale): Markup {
  const at = (value: number) => {
    const share = (Math.min(scale.high, Math.max(scale.low, value)) - scale.low) / (scale.high - scale.low);
    return Number((EDGE + share * (WIDTH - 2 * EDGE)).toFixed(1));
  };
  const { slope, interval, expected, outcome } = row;
  const middle = HEIGHT / 2;
  const ticks = exponents(scale).map((value) => html`<path class="tick" d="M${at(value)} 3V${HEIGHT - 3}" />`);
  const left = at((expected ?? 0) - TOLERANCE);
  const right = at((expected ?? 0) + TOLERANCE);
  const width = Number((right - left).toFixed(1));
  return html`<svg class="range ${outcome}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${rowCaption(row)}">
    ${ticks}
    ${expected !== null && html`<rect class="band" x="${left}" y="3" width="${width}" height="${HEIGHT - 6}" rx="2" />`}
    ${expected !== null && html`<path class="want" d="M${at(expected)} 1V${HEIGHT - 1}" />`}
    ${interval !== null && html`<path class="interval" d="M${at(interval[0])} ${middle}H${at(interval[1])}" />`}
    ${slope !== null && html`<circle class="slope" cx="${at(slope)}" cy="${middle}" r="3.5" />`}
  </svg>`;
}

/** The axis over a column of range plots. */
export function rangeAxis(scale: RangeScale): Markup {
  const at = (value: number) => EDGE + ((value - scale.low) / (scale.high - scale.low)) * (WIDTH - 2 * EDGE);
  const labels = exponents(scale)
    .filter((value) => Number.isInteger(value))
    .map((value) => html`<text x="${at(value).toFixed(1)}" y="11">${exponentText(value)}</text>`);
  return html`<svg class="range axis" viewBox="0 0 ${WIDTH} 14" aria-hidden="true">${labels}</svg>`;
}

function exponents({ low, high }: RangeScale): number[] {
  const first = Math.ceil(low * 2);
  const count = Math.floor(high * 2) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) / 2);
}
