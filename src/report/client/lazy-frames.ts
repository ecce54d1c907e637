import type { DrawnChart } from './chart.js';

/** A frame that a chart goes into once it comes into view. */
export interface LazyFrame {
  frame: HTMLElement;
  /** Draws the chart; null where there is nothing to draw. */
  draw: () => DrawnChart | null;
}

/** The charts of a page, drawn as they scroll into view and kept in step with its width. */
export class LazyFrames {
  private readonly frames = new Map<Element, LazyFrame>();
  private readonly drawn = new Map<Element, DrawnChart>();
  private readonly seen = new IntersectionObserver((entries) => this.onSeen(entries), { rootMargin: '300px' });
  private readonly sized = new ResizeObserver((entries) => this.onSized(entries));
  private readonly widths = new Map<Element, number>();

  constructor() {
    addEventListener('beforeprint', () => this.drawShown());
  }

  /** Takes a frame into care: it is drawn when it comes into view. */
  add(lazy: LazyFrame): void {
    this.frames.set(lazy.frame, lazy);
    this.seen.observe(lazy.frame);
  }

  /** Draws a frame again, now if it was drawn already, else when it comes into view. */
  redraw(frame: Element): void {
    if (frame.hasAttribute('data-state')) this.draw(frame);
  }

  /** Draws all that a printer would see: paper does not scroll. */
  private drawShown(): void {
    for (const { frame } of this.frames.values()) {
      if (frame.clientWidth > 0 && !frame.hasAttribute('data-state')) this.draw(frame);
    }
  }

  private draw(frame: Element): void {
    this.drawn.get(frame)?.remove();
    this.drawn.delete(frame);
    const lazy = this.frames.get(frame);
    if (lazy === undefined) return;
    const chart = lazy.draw();
    this.widths.set(frame, lazy.frame.clientWidth);
    frame.setAttribute('data-state', chart === null ? 'empty' : 'drawn');
    if (chart === null) return;
    this.drawn.set(frame, chart);
    this.sized.observe(frame);
  }

  private onSeen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      this.seen.unobserve(target);
      if (!target.hasAttribute('data-state')) this.draw(target);
    }
  }

  private onSized(entries: readonly ResizeObserverEntry[]): void {
    for (const { target } of entries) {
      const width = target.clientWidth;
      if (width === 0 || width === this.widths.get(target)) continue;
      this.widths.set(target, width);
      this.drawn.get(target)?.fit();
    }
  }
}
