import { parse, View } from 'vega';
import { expressionInterpreter } from 'vega-interpreter';
import { CHART_COLORS, pageColor } from '../charts/chart-style.js';

/** Everything one chart is drawn from. */
export interface ChartInput {
  spec: object;
  /** Rows by data set. */
  data: Record<string, object[]>;
  signals: Record<string, unknown>;
  /** What a screen reader says of it. */
  description: string;
  height: number;
}

/** A drawn chart. */
export interface DrawnChart {
  /** Fits it to its frame's width again. */
  fit(): void;
  remove(): void;
}

/**
 * Draws a chart into a frame. Expressions are interpreted, never compiled, so no code is made from text: the page's
 * content security policy forbids that.
 */
export function drawChart(frame: HTMLElement, input: ChartInput): DrawnChart {
  const font = getComputedStyle(frame).fontFamily;
  const runtime = parse(input.spec, { axis: { labelFont: font, titleFont: font } }, { ast: true });
  const view = new View(runtime, { expr: expressionInterpreter, renderer: 'svg', hover: false });
  const colors = Object.fromEntries(Object.keys(CHART_COLORS).map((name) => [name, pageColor(name)]));
  for (const [name, value] of Object.entries({ ...colors, ...input.signals })) view.signal(name, value);
  for (const [name, rows] of Object.entries(input.data)) view.data(name, rows);
  view.description(input.description);
  view.width(frame.clientWidth).height(input.height).initialize(frame).run();
  return {
    fit: () => void view.width(frame.clientWidth).run(),
    remove: () => {
      view.finalize();
      frame.replaceChildren();
    },
  };
}
