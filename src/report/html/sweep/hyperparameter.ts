import type { Figure } from '../../charts/figure.js';
import { scoreAxis } from '../../charts/score-axis.js';
import { scoreFigure } from '../../charts/score-values.js';
import { optimumFigure } from '../../charts/optimum-values.js';
import { driftName, optimumText, PARAMETRIZATION, sizeName, TRANSFER_WORD, widerText } from '../../reading/sweep.js';
import { intervalText, slopeText } from '../../reading/numbers.js';
import type {
  HyperparameterSweep,
  ParametrizationSweep,
  SweepCurve,
  SweepResult,
} from '../../../verdict/sweep-result.js';
import { sizeKeys, type PageFigures } from '../figures.js';
import { html, type Content, type Markup } from '../markup.js';
import { nameMark, outcomeMark, reasonMark } from '../marks.js';
import { driftTable, optimaTable } from './optima.js';
import { curveGroups, optimumPanels, sizeScale, sweptSizes } from './panels.js';
import { untrainedLoss } from './training.js';

/** All of one hyperparameter: how it came out, its curves, its optima over size, and the tables of both. */
export function hyperparameterSection(sweep: HyperparameterSweep, result: SweepResult, figures: PageFigures): Markup {
  const name = nameMark(sweep.hyperparameter);
  const { widths, depths } = sweptSizes(sweep);
  const over = [widths.length > 1 && 'width', depths.length > 1 && 'depth'].filter((size) => size !== false);
  return html`${sweep.parametrizations.map(outcomeLine)}
  ${part(html`Loss over ${name}`, scoreFigures(sweep, result, figures))}
  ${part(`Optimum over ${over.join(' and ')}`, ...optimumFigures(sweep, figures))} ${part('Optima', optimaTable(sweep))}
  ${part('Drift of the optimum', driftTable(sweep))} ${part('Wider is better', widerLines(sweep))}`;
}

function part(title: Content, ...content: readonly Content[]): Markup | false {
  const shown = content.filter((one) => one !== false);
  return (
    shown.length > 0 &&
    html`<div class="part">
      <h3>${title}</h3>
      ${shown}
    </div>`
  );
}

/** How it came out in one parametrization. What is said of a drift stands beside that drift. */
function outcomeLine({ parametrization, outcome, reason, settle, drifts }: ParametrizationSweep): Markup {
  const isTold = drifts.some((drift) => drift.reason === reason && drift.settle === settle);
  return html`<div class="finding">
    <b>${PARAMETRIZATION[parametrization]}</b> ${outcomeMark(outcome, TRANSFER_WORD[outcome])}
    ${!isTold && reasonMark({ reason, settle })}
  </div>`;
}

function scoreFigures(sweep: HyperparameterSweep, result: SweepResult, figures: PageFigures): Content {
  const { hyperparameter, isNumeric, parametrizations } = sweep;
  const sizes = sweptSizes(sweep);
  const scale = sizeScale(sizes);
  const all = parametrizations.flatMap(({ curves }) => curves);
  if (all.length === 0) return false;
  const values = [...new Set(all.flatMap(({ points }) => points.map(({ value }) => value)))];
  const axis = scoreAxis(all, untrainedLoss(result));
  const drawn: Figure[] = [];
  const frames = curveGroups(sizes).flatMap(({ title, holds }) =>
    parametrizations.map(({ parametrization, curves }) => {
      const shown = curves.filter(holds);
      const where = [PARAMETRIZATION[parametrization], title].filter((text) => text !== null).join(', ');
      const description = `${where}: loss over ${hyperparameter}, one line a ${scale.of}`;
      const figure = scoreFigure({
        curves: shown,
        scale,
        values: sorted(values, isNumeric),
        isNumeric,
        axis,
        description,
      });
      drawn.push(figure);
      return figures.frame(figure, { caption: html`<b>${where}</b>`, reading: optimaReading(shown) });
    }),
  );
  return [scoreLegend(sweep, result, drawn), framed(frames)];
}

/** Numbers from small to large, words as they came. */
function sorted(values: (number | string | boolean)[], isNumeric: boolean): (number | string | boolean)[] {
  return isNumeric ? values.toSorted((a, b) => Number(a) - Number(b)) : values;
}

function scoreLegend(sweep: HyperparameterSweep, { config }: SweepResult, drawn: readonly Figure[]): Markup {
  const { of, all } = sizeScale(sweptSizes(sweep));
  const isValidation = config.scoredOn === 'validation';
  const holds = (table: string) => drawn.some(({ tables }) => (tables[table]?.rows.length ?? 0) > 0);
  return html`<p class="hint legend">
    ${isValidation ? 'Validation loss after training' : 'Training loss of the last steps'}, mean of the seeds, one
    ${sweep.isNumeric ? 'line' : 'colour'} a ${of}; the same axes in every plot. ${sizeKeys(of, all)}
    <span><i class="dot faint"></i>one seed</span>
    ${holds('optima') && html`<span><i class="diamond"></i>fitted optimum, 95 % interval</span>`}
    ${holds('off') && html`<span><b class="glyph">△</b>did not finish</span>`}
    ${holds('off') && html`<span><b class="glyph">▲</b>some seeds did not finish, or worse than untrained</span>`}
  </p>`;
}

/** The optima of the first and the last curve, in words. */
function optimaReading(curves: readonly SweepCurve[]): string {
  const ends = [...new Set([curves[0], curves.at(-1)])].filter((curve) => curve !== undefined);
  const told = ends.map((curve) => {
    const { optimum } = curve;
    return `${optimum.state === 'undetermined' ? 'undetermined' : optimumText(optimum)} at ${sizeName(curve)}`;
  });
  return `Optimum ${told.join('; ')}.`;
}

function optimumFigures(sweep: HyperparameterSweep, figures: PageFigures): Content[] {
  const { hyperparameter, parametrizations } = sweep;
  const panels = sweep.isNumeric ? optimumPanels(sweptSizes(sweep)) : [];
  if (panels.length === 0) return [];
  const frames = panels.map((panel) => {
    const drifts = parametrizations.flatMap((one) =>
      one.drifts
        .filter(({ along, at }) => along === panel.along && at === panel.at)
        .map((drift) => `${PARAMETRIZATION[one.parametrization]} ${driftReading(drift)}`),
    );
    const where = driftName({ ...panel, perDoubling: null, interval: null, standardError: null, sizes: [] });
    const description = `log2 of the best ${hyperparameter} over ${where}. ${drifts.join('; ')}`;
    const figure = optimumFigure({ ...panel, parametrizations, description });
    const reading = drifts.length === 0 ? null : `Drift per doubling: ${drifts.join('; ')}.`;
    return figures.frame(figure, { caption: html`<b>Over ${where}</b>`, reading });
  });
  return [optimumLegend(parametrizations), framed(frames)];
}

/** Charts side by side; one alone is not stretched over the page. */
function framed(frames: readonly Markup[]): Markup {
  return html`<div class="${frames.length > 1 ? 'pair' : 'alone'}">${frames}</div>`;
}

function driftReading({ perDoubling, interval }: ParametrizationSweep['drifts'][number]): string {
  return perDoubling === null ? 'not told' : `${slopeText(perDoubling)} ${intervalText(interval)}`;
}

function optimumLegend(parametrizations: readonly ParametrizationSweep[]): Markup {
  const isCensored = parametrizations.some(({ curves }) =>
    curves.some(({ optimum }) => optimum.state.startsWith('censored')),
  );
  return html`<p class="hint legend">
    Both axes by their log₂: a steady optimum is a flat line.
    ${parametrizations.map(
      ({ parametrization }) =>
        html`<span><i class="dot ${parametrization}"></i>${PARAMETRIZATION[parametrization]}</span>`,
    )}
    <span><i class="fitted"></i>fitted drift, 95 % band</span>
    ${isCensored && html`<span><b class="glyph">△</b>beyond the grid</span>`}
  </p>`;
}

function widerLines({ parametrizations }: HyperparameterSweep): Content {
  const lines = parametrizations.flatMap(({ parametrization, widerIsBetter }) => {
    const text = widerText(widerIsBetter);
    return text === null ? [] : [html`<p class="measure"><b>${PARAMETRIZATION[parametrization]}.</b> ${text}</p>`];
  });
  return lines.length > 0 && lines;
}
