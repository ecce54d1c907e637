import type { LossCurve } from '../charts/chart-data.js';
import { rampStep } from '../charts/ramp.js';
import { html, type Markup } from './markup.js';

/** The loss curves, one chart a depth, with a legend of the widths' colours. */
export function lossFigures(curves: readonly LossCurve[]): Markup {
  const widths = [...new Set(curves.map((curve) => curve.width))].toSorted((a, b) => a - b);
  const depths = [...new Set(curves.map((curve) => curve.depth))];
  return html`<p class="hint legend">
      Training loss, one line a run.
      ${widths.map((width, i) => html`<span><i class="line k${rampStep(i, widths.length)}"></i>width ${width}</span>`)}
    </p>
    ${depths.map(
      (depth) =>
        html`<figure class="wide">
          ${depth !== null && html`<figcaption>Depth ${depth}</figcaption>`}
          <div class="frame" data-losses="${depth ?? ''}"></div>
        </figure>`,
    )}`;
}
