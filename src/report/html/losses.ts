import { lossFigure } from '../charts/losses.js';
import type { CheckResult } from '../../verdict/result.js';
import { sizeKeys, type PageFigures } from './figures.js';
import { html, type Markup } from './markup.js';

/** The loss curves of a check, one chart a depth, with a legend of the widths' colours. */
export function lossSection({ runs }: CheckResult, figures: PageFigures): Markup | false {
  const curves = runs
    .filter((run) => run.loss.some((loss) => loss !== null))
    .toSorted((a, b) => a.width - b.width || (a.depth ?? 0) - (b.depth ?? 0) || a.seed - b.seed)
    .map((run) => ({ ...run, loss: run.loss.map((loss, step) => ({ step, loss })) }));
  if (curves.length === 0) return false;
  const widths = [...new Set(curves.map((curve) => curve.width))];
  const depths = [...new Set(curves.map((curve) => curve.depth))];
  return html`<p class="hint legend">Training loss, one line a run. ${sizeKeys('width', widths)}</p>
    ${depths.map((depth) => {
      const shown = curves.filter((curve) => curve.depth === depth);
      const caption = depth === null ? null : `Depth ${depth}`;
      return figures.frame(lossFigure(shown, { of: 'width', all: widths }), { caption, variant: 'wide' });
    })}`;
}
