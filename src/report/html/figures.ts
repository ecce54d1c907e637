import type { Figure } from '../charts/figure.js';
import { rampStep } from '../charts/ramp.js';
import { html, type Content, type Markup } from './markup.js';

/** How a figure stands in the page. */
interface FrameOptions {
  caption?: Content;
  /** What is read off it, in words: there without the script, too. */
  reading?: Content;
  /** `wide` for one that stands alone. */
  variant?: '' | 'wide';
}

/** The figures of a page: each is put into the page's data where its frame is put into the page. */
export class PageFigures {
  readonly all: Figure[] = [];

  /** A frame that the script draws a figure into. */
  frame(figure: Figure, { caption = null, reading = null, variant = '' }: FrameOptions = {}): Markup {
    this.all.push(figure);
    return html`<figure class="${variant}">
      ${caption !== null && html`<figcaption>${caption}</figcaption>`}
      <div class="frame" data-figure="${this.all.length - 1}"></div>
      ${reading !== null && html`<p class="reading">${reading}</p>`}
    </figure>`;
  }
}

/** The colours of widths or depths, for a legend. */
export function sizeKeys(of: 'width' | 'depth', sizes: readonly number[]): Content {
  return sizes.map((size, i) => html`<span><i class="line k${rampStep(i, sizes.length)}"></i>${of} ${size}</span>`);
}
