import { parameterName } from '../../parameter-name.js';
import type { CheckResult, JudgedSlope, Outcome, ParameterResult } from '../../verdict/result.js';
import { failingFirst, isNotable, tapReadings } from '../reading/ranking.js';
import { tapRowName, TAP_QUANTITY } from '../reading/wording.js';

/** One fitted power law as a chart draws it. Points are `[width, seed, log2 size]`, those without a size left out. */
export interface PlotRow {
  /** What it is, alike over all series: `isolated update, step 1`. */
  key: string;
  /** What it is here: the key, and the parameter of a propagated part. */
  label: string;
  slope: number | null;
  interval: [number, number] | null;
  expected: number | null;
  outcome: Outcome;
  points: [width: number, seed: number, log2Size: number][];
}

/** All that can be plotted of one tap or parameter; the row worth seeing first leads. */
export interface PlotSeries {
  name: string;
  outcome: Outcome;
  rows: PlotRow[];
}

/** The parameters' series, failing first. */
export function parameterSeries({ parameters }: CheckResult): PlotSeries[] {
  return failingFirst(parameters).map((parameter) => ({
    name: parameterName(parameter),
    outcome: parameter.outcome,
    rows: parameterRows(parameter),
  }));
}

function parameterRows(parameter: ParameterResult): PlotRow[] {
  const init = named('init', parameter.init);
  const update = named('isolated update', parameter.isolatedUpdate);
  // A parameter that fails at init alone is best seen there.
  const judged = isNotable(init) && !isNotable(update) ? [init, update] : [update, init];
  return [
    ...judged,
    named('own value', parameter.value),
    named('own update', parameter.update),
    named('own gradient', parameter.gradient),
  ];
}

function named(what: string, row: ParameterResult['init']): PlotRow {
  const key = row.step === null ? what : `${what}, step ${row.step}`;
  return plotRow(key, key, row);
}

/** The taps' series, failing first, then in the order of the forward pass. */
export function tapSeries(result: CheckResult): PlotSeries[] {
  return failingFirst(tapReadings(result)).map(({ tap, outcome, rows }) => ({
    name: tap,
    outcome,
    rows: rows.map((row) => plotRow(`${TAP_QUANTITY[row.quantity]}, step ${row.step}`, tapRowName(row), row)),
  }));
}

function plotRow(key: string, label: string, row: JudgedSlope): PlotRow {
  const { slope, interval, expected, outcome } = row;
  const points = row.points.flatMap((point): PlotRow['points'] =>
    // Four decimals of a log2 are a hundredth of a per cent: less than a pixel, and half the page's weight.
    point.log2Size === null ? [] : [[point.width, point.seed, Number(point.log2Size.toFixed(4))]],
  );
  return { key, label, slope, interval, expected, outcome, points };
}
