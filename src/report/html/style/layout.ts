/** The page: one calm column, the verdict first and largest. */
export const LAYOUT = `
*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--page); color: var(--ink); font: 1rem/1.55 var(--sans);
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.masthead, .contents, main, footer { max-width: 74rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
h1, h2, h3, h4, p, ul, dl, figure, pre, fieldset { margin: 0; padding: 0; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: var(--mono); font-size: .9em; }
.unseen, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip:focus { position: absolute; left: 1rem; top: .5rem; padding: .5rem 1rem; background: var(--surface); }
.sheet { position: absolute; }
.sign { width: 1em; height: 1em; flex: none; fill: none; stroke: currentColor; stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.hint { color: var(--muted); font-size: .9rem; max-width: 46rem; margin-bottom: 1.1rem; }
.measure { max-width: 46rem; }

.masthead { padding-top: clamp(1.5rem, 5vw, 3.25rem); }
.brand { color: var(--muted); font-size: .875rem; }
.brand b { color: var(--ink); letter-spacing: .01em; margin-right: .35rem; }
h1 { font-size: clamp(1.6rem, 4.2vw, 2.35rem); font-weight: 650; letter-spacing: -.015em; margin-top: .35rem; }
.verdict { margin-top: 1.5rem; padding: clamp(1.1rem, 3vw, 1.75rem) clamp(1.1rem, 3vw, 2rem); border-radius: 10px; border-left: 6px solid; }
.verdict .word { display: flex; align-items: center; gap: .5rem; font-size: clamp(1.5rem, 4vw, 2rem); font-weight: 750; letter-spacing: .03em; line-height: 1.1; }
.verdict .summary { color: var(--ink); font-size: clamp(1.05rem, 2.2vw, 1.2rem); line-height: 1.45; margin-top: .55rem; max-width: 52rem; }
.verdict .limits { color: var(--ink); font-size: .9rem; margin-top: .8rem; max-width: 48rem; }
.verdict.pass, .badge.pass { color: var(--pass); background: var(--pass-soft); }
.verdict.fail, .badge.fail { color: var(--fail); background: var(--fail-soft); }
.verdict.inconclusive, .badge.inconclusive { color: var(--inconclusive); background: var(--inconclusive-soft); }
.badge.inapplicable { color: var(--inapplicable); background: var(--inapplicable-soft); }
.facts { display: flex; flex-wrap: wrap; gap: .9rem 2.25rem; margin-top: 1.5rem; }
.facts dt { color: var(--muted); font-size: .8rem; }
.facts dd { margin: 0; font-weight: 500; }

.contents { position: sticky; top: 0; z-index: 3; background: var(--page); margin-top: 1.5rem; }
.contents ul { display: flex; gap: 1.4rem; list-style: none; overflow-x: auto; border-bottom: 1px solid var(--line); padding: .7rem 2px; scrollbar-width: none; }
.contents a { color: var(--muted); font-size: .9rem; text-decoration: none; white-space: nowrap; }
.contents a:hover { color: var(--ink); text-decoration: underline; text-underline-offset: .3em; }

section { padding-top: clamp(2.25rem, 5vw, 3.25rem); scroll-margin-top: 1.5rem; }
h2 { font-size: 1.35rem; font-weight: 650; letter-spacing: -.01em; margin-bottom: .9rem; }
h3 { font-size: 1.05rem; font-weight: 650; }
.part { margin-top: 2rem; }
.part > h3 { margin-bottom: .7rem; }
.finding { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .7rem; margin-top: .35rem; }
.finding > b { min-width: 7.5rem; font-weight: 550; }
.finding > p { flex-basis: 100%; color: var(--muted); max-width: 52rem; }
h4 { font-size: .8rem; font-weight: 600; color: var(--muted); margin-top: 1.1rem; }
.cards { display: grid; gap: 1.1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: clamp(1.1rem, 3vw, 1.6rem); }
.card > p { margin-top: .6rem; max-width: 46rem; }
.fix { margin-top: 1.1rem; padding-left: 1rem; border-left: 3px solid var(--accent); }
.fix h4 { margin-top: 0; }
.fix p { font-weight: 600; }
.names { list-style: none; display: flex; flex-wrap: wrap; gap: .4rem; margin-top: .4rem; }
.names .name { display: inline-block; background: var(--sunk); border-radius: 5px; padding: .1rem .45rem; }
.badge { display: inline-flex; align-items: center; gap: .3rem; font-size: .84rem; font-weight: 600; line-height: 1.3; padding: .14rem .55rem .14rem .4rem; border-radius: 99px; white-space: nowrap; }
.gates { list-style: none; display: grid; gap: .9rem 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
.gates li { display: flex; gap: .8rem; align-items: baseline; }
.gates b { font-weight: 500; }
.gates p { color: var(--muted); font-size: .92rem; }
.notes { padding-left: 1.1rem; display: grid; gap: .5rem; max-width: 52rem; }
details > summary { cursor: pointer; font-weight: 550; padding: .5rem 0; }
details > summary:hover { color: var(--accent); }
details[open] > summary { margin-bottom: .5rem; }

.command { display: flex; align-items: flex-start; background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; }
.command pre { flex: 1; min-width: 0; padding: .9rem 1rem; white-space: pre-wrap; line-height: 1.6; }
button, select, input[type=search] { font: inherit; font-size: .9rem; color: var(--ink); background: var(--surface); border: 1px solid var(--strong-line); border-radius: 6px; padding: .35rem .7rem; max-width: 100%; }
button { cursor: pointer; }
button:hover { border-color: var(--accent); }
.command button { margin: .6rem; }
.records { display: grid; gap: 1.75rem 2.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); margin-top: 1.75rem; }
.record h3 { font-size: .95rem; margin-bottom: .4rem; }
.record dl > div { display: flex; justify-content: space-between; gap: 1.5rem; padding: .22rem 0; border-bottom: 1px solid var(--line); font-size: .9rem; }
.record dt { color: var(--muted); }
.record dd { margin: 0; text-align: right; }
footer { color: var(--muted); font-size: .85rem; padding-block: 3rem 2rem; }
[hidden] { display: none !important; }
`;
