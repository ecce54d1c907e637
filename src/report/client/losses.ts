import type { LossCurve } from '../charts/chart-data.js';
import { rampStep } from '../charts/ramp.js';
import { drawChart, pageColor } from './chart.js';
import type { LazyFrames } from './lazy-frames.js';
import type { ReportData } from './report-data.js';

/** Wires the loss charts: one for each depth, or the only one. */
export function wireLosses(data: ReportData, lazy: LazyFrames): void {
  const widths = [...new Set(data.losses.map((curve) => curve.width))].toSorted((a, b) => a - b);
  for (const frame of document.querySelectorAll<HTMLElement>('.frame[data-losses]')) {
    const depth = frame.dataset['losses'] ?? '';
    const curves = data.losses.filter((curve) => String(curve.depth ?? '') === depth);
    lazy.add({
      frame,
      draw: () =>
        drawChart(frame, {
          spec: data.charts.loss,
          data: { losses: curves.flatMap((curve) => lossRows(curve, widths)) },
          signals: {},
          description: `Training loss of ${curves.length} runs over steps, one line each`,
          height: 280,
        }),
    });
  }
}

function lossRows(curve: LossCurve, widths: readonly number[]): object[] {
  const { width, depth, seed } = curve;
  const color = pageColor(`ramp-${rampStep(widths.indexOf(width), widths.length)}`);
  const run = `${width}/${depth}/${seed}`;
  return curve.loss.flatMap((loss, step) => (loss === null ? [] : [{ step, loss, width, depth, seed, run, color }]));
}
