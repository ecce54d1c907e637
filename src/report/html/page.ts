import type { ReportData } from '../charts/report-data.js';
import type { Verdict } from '../../verdict/result.js';
import { visibleProse } from '../../visible.js';
import { clientBundle } from './client-bundle.js';
import { contentSecurityPolicy } from './csp.js';
import { html, jsonForScript, Markup, type Content } from './markup.js';
import { proseMark, sectionMark, sign, signSheet } from './marks.js';
import { STYLE } from './style/style.js';

/** One section of the page; it is left out where it has nothing to show. */
export interface Section {
  id: string;
  title: string;
  content: Content;
}

/** The top of a page: what was looked at, the verdict and its sentence, and what was run. */
export interface Masthead {
  /** What kind of report it is. */
  kind: string;
  name: string;
  verdict: Verdict;
  /** The verdict in words. */
  word: string;
  summary: string;
  /** What a pass leaves open, under the verdict. */
  limits: Content;
  facts: readonly [term: string, fact: Content][];
}

/** A page's parts. */
export interface Page {
  masthead: Masthead;
  sections: readonly Section[];
  data: ReportData;
  /** What it was made from, at its foot: `15 runs`. */
  madeFrom: string;
}

/**
 * A report as one HTML file: offline, without a request, under a content security policy that allows this very script
 * and style and nothing else. Everything but the charts is there without the script.
 */
export async function page({ masthead, sections, data, madeFrom }: Page): Promise<string> {
  const script = (await clientBundle()) ?? '';
  const shown = sections.filter(({ content }) => content !== false && content !== null);
  const title = `${masthead.word} · ${visibleProse(masthead.name)} · coordcheck`;
  return `${
    html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta http-equiv="Content-Security-Policy" content="${new Markup(contentSecurityPolicy(script, STYLE))}" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="data:," />
          ${element('style', STYLE)}
        </head>
        <body>
          <a class="skip" href="#content">Skip to the results</a>
          ${signSheet()} ${header(masthead)} ${contents(shown)}
          <main id="content">
            ${script === '' && html`<p class="hint">This file was made without its script, so it has no charts.</p>`}
            <noscript><p class="hint">Charts are drawn by a script; everything else is here without it.</p></noscript>
            ${shown.map(({ id, title, content }) => sectionMark(id, title, content))}
          </main>
          <footer><p>Made by coordcheck from ${madeFrom}. This file needs no network.</p></footer>
          <script type="application/json" id="report-data">
            ${jsonForScript(data)}
          </script>
          ${script !== '' && element('script', script)}
        </body>
      </html>`.text
  }\n`;
}

function header({ kind, name, verdict, word, summary, limits, facts }: Masthead): Markup {
  return html`<header class="masthead">
    <p class="brand"><b>coordcheck</b> ${kind}</p>
    <h1>${visibleProse(name)}</h1>
    <div class="verdict ${verdict}">
      <p class="word">${sign(verdict)}${word}</p>
      <p class="summary">${proseMark(summary)}</p>
      ${limits !== false && html`<p class="limits">${limits}</p>`}
    </div>
    <dl class="facts">
      ${facts.map(
        ([term, fact]) =>
          html`<div>
            <dt>${term}</dt>
            <dd>${fact}</dd>
          </div>`,
      )}
    </dl>
  </header>`;
}

/** Links to the sections there are. */
function contents(sections: readonly Section[]): Markup {
  return html`<nav class="contents" aria-label="Sections">
    <ul>
      ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
    </ul>
  </nav>`;
}

/** An element whose text is hashed in the policy: written byte for byte, outside any template. */
function element(tag: 'script' | 'style', text: string): Markup {
  return new Markup(`<${tag}>${text}</${tag}>`);
}
