import type { Outcome } from '../../verdict/result.js';
import { fullStop, shownName, visibleProse } from '../../visible.js';
import { OUTCOME_WORD } from '../reading/wording.js';
import { html, Markup, type Content } from './markup.js';

/** A name, set as code; it may wrap after its slashes. */
export function nameMark(name: string): Markup {
  const parts = shownName(name).split('/');
  const wrapped = parts.map((part, i) => (i === parts.length - 1 ? html`${part}` : html`${part}/<wbr />`));
  return html`<code class="name">${wrapped}</code>`;
}

/** An outcome as sign and word. */
export function outcomeMark(outcome: Outcome, word: string = OUTCOME_WORD[outcome]): Markup {
  return html`<span class="badge ${outcome}">${sign(outcome)}${word}</span>`;
}

/** The sign of an outcome; the word always stands beside it. */
export function sign(outcome: Outcome): Markup {
  return html`<svg class="sign" viewBox="0 0 16 16" aria-hidden="true"><use href="#sign-${outcome}" /></svg>`;
}

/** The signs, drawn once and used by reference. */
export function signSheet(): Markup {
  return html`<svg class="sheet" width="0" height="0" aria-hidden="true">
    <symbol id="sign-pass" viewBox="0 0 16 16"><path d="M3 8.5l3.2 3.2L13 4.8" /></symbol>
    <symbol id="sign-fail" viewBox="0 0 16 16"><path d="M4 4l8 8M12 4l-8 8" /></symbol>
    <symbol id="sign-inconclusive" viewBox="0 0 16 16">
      <path d="M5.2 6.2a2.8 2.8 0 1 1 4.3 2.4c-.9.6-1.5 1-1.5 2" />
      <path d="M8 13.4v.1" />
    </symbol>
    <symbol id="sign-inapplicable" viewBox="0 0 16 16"><path d="M4.5 8h7" /></symbol>
  </svg>`;
}

/** A sentence of the result. */
export function proseMark(text: string | null): Content {
  return text === null ? null : visibleProse(text);
}

/** A reason and what would settle it, as paragraphs. */
export function reasonMark({ reason, settle }: { reason: string | null; settle: string | null }): Content {
  return [
    reason !== null && html`<p>${visibleProse(reason)}</p>`,
    settle !== null && html`<p>To settle it: ${fullStop(visibleProse(settle))}</p>`,
  ];
}

/** A section of the page with its heading; what it holds can be reached by the heading's anchor. */
export function sectionMark(id: string, title: string, ...content: readonly Content[]): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section>`;
}

/** A table that scrolls inside itself where the screen is narrow; reachable and named for keyboards and readers. */
export function scrollable(label: string, content: Content, variant = ''): Markup {
  return html`<div class="scroll ${variant}" role="region" aria-label="${label}" tabindex="0">${content}</div>`;
}
