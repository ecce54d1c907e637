/**
 * Tables and the heat map; both scroll inside themselves, never the page. A shade at a side says that columns go on there:
 * it stays with the box, and what covers it at the table's own ends scrolls with the table. On a narrow screen the column
 * that names the rows stays.
 */
export const TABLES = `
.scroll { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background:
  linear-gradient(to right, var(--surface) 40%, transparent) left / 3rem 100% no-repeat local,
  linear-gradient(to left, var(--surface) 40%, transparent) right / 3rem 100% no-repeat local,
  linear-gradient(to right, var(--shade), transparent) left / 1rem 100% no-repeat scroll,
  linear-gradient(to left, var(--shade), transparent) right / 1rem 100% no-repeat scroll, var(--surface); }
.scroll.tall { max-height: 38rem; overflow-y: auto; }
table { border-collapse: separate; border-spacing: 0; width: 100%; font-size: .92rem; line-height: 1.4; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .6rem .8rem; border-bottom: 1px solid var(--line); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--muted); font-size: .8rem; font-weight: 550; vertical-align: bottom; white-space: nowrap; }
tbody th { font-weight: 400; }
th:first-child, td:first-child { padding-left: 1.1rem; }
.number { text-align: right; white-space: nowrap; }
td small, th small { display: block; overflow-wrap: anywhere; color: var(--muted); font-size: .8rem; margin-top: .1rem; }
.name { overflow-wrap: anywhere; }
tbody th > .name { font-weight: 500; }
td .fail, tr.fail > th > .name { color: var(--fail); font-weight: 650; }
td .inconclusive { color: var(--inconclusive); font-weight: 600; }
.cause { color: var(--muted); min-width: 13rem; overflow-wrap: anywhere; }
.cause b { color: var(--ink); font-weight: 500; }
.cause .names { margin: 0 0 .3rem; }
.parameters tbody th { min-width: 10rem; max-width: 20rem; }
.plot { padding-block: .45rem; }
th.plot { padding-block: .6rem .68rem; }

.range { display: block; width: 168px; height: 22px; overflow: visible; }
.range.axis { height: 14px; }
.range.axis text { fill: var(--muted); font: 11px var(--sans); text-anchor: middle; }
.range path { fill: none; }
.range .tick { stroke: var(--line); }
.range .band { fill: var(--line); opacity: .6; }
.range .want { stroke: var(--muted); stroke-width: 1.25; stroke-dasharray: 3 2; }
.range .interval { stroke: var(--mark); stroke-width: 2.5; stroke-linecap: round; }
.range .slope { fill: var(--mark); stroke: var(--surface); stroke-width: 1.25; }
.range { --mark: var(--muted); }
.range.pass { --mark: var(--pass); }
.range.fail { --mark: var(--fail); }
.range.inconclusive { --mark: var(--inconclusive); }

.choice { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; border: 0; margin-bottom: .9rem; min-width: 0; }
.choice legend { float: left; color: var(--muted); font-size: .9rem; padding: 0 .5rem 0 0; }
.choice label { position: relative; cursor: pointer; }
.choice input { position: absolute; opacity: 0; }
.choice span { display: block; font-size: .9rem; padding: .25rem .8rem; border: 1px solid var(--strong-line); border-radius: 99px; }
.choice input:checked + span { background: var(--ink); border-color: var(--ink); color: var(--page); }
.choice input:focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; }
@supports selector(:has(*)) {
  .heat .panel { display: none; }
  .heat:has(#heat-change:checked) [data-panel=change],
  .heat:has(#heat-activation:checked) [data-panel=activation],
  .heat:has(#heat-judged:checked) [data-panel=judged] { display: block; }
}
@media (max-width: 40rem) {
  .scroll :is(thead th:first-child, tbody th[scope=row]) { position: sticky; left: 0; z-index: 1; background: var(--surface); max-width: 42vw; }
  .scroll thead th:first-child { z-index: 2; }
  .scroll tbody th[scope=row]:not(.number) { min-width: 7rem; }
}
.panel + .panel { margin-top: 1rem; }
.heat .scroll { width: fit-content; max-width: 100%; padding-bottom: .7rem; }
.heat table { width: auto; }
.heat thead th { position: sticky; top: 0; z-index: 1; background: var(--surface); }
.heat th, .heat td { border: 0; padding: .3rem .7rem; }
.heat thead th:first-child { padding-left: 1.1rem; }
.heat thead th { padding-block: .7rem .5rem; }
.heat table { margin-right: .9rem; }
.heat tbody th { position: sticky; left: 0; background: var(--surface); min-width: 8rem; max-width: min(22rem, 42vw); padding-left: 1.1rem; }
.heat thead th:not(:first-child), .heat td { text-align: center; }
.heat td { min-width: 5.2rem; border: 1px solid var(--surface); border-radius: 5px; vertical-align: middle; }
.group th { color: var(--muted); font-size: .8rem; font-weight: 550; padding-block: .8rem .3rem; }
.heat .group th { position: static; color: var(--muted); font-size: .8rem; padding-top: .9rem; max-width: none; }
.heat .absent { color: var(--muted); }
.h-4 { background: var(--h-4); color: var(--h-4-ink); } .h-3 { background: var(--h-3); color: var(--h-3-ink); }
.h-2 { background: var(--h-2); color: var(--h-2-ink); } .h-1 { background: var(--h-1); color: var(--h-1-ink); }
.h0 { background: var(--h0); color: var(--h0-ink); }
.h1 { background: var(--h1); color: var(--h1-ink); } .h2 { background: var(--h2); color: var(--h2-ink); }
.h3 { background: var(--h3); color: var(--h3-ink); } .h4 { background: var(--h4); color: var(--h4-ink); }
.heat-key { display: flex; flex-wrap: wrap; align-items: center; gap: 2px; margin-top: .8rem; color: var(--muted); font-size: .8rem; }
.heat-key b { font-weight: 400; min-width: 3.1rem; text-align: center; padding: .1rem .3rem; border-radius: 3px; }
.heat-key span { padding-inline: .4rem; }
@media (max-width: 40rem) {
  th, td { padding: .5rem .6rem; }
  .heat-key b { min-width: 0; width: 1.5rem; height: 1rem; padding: 0; font-size: 0; }
}
`;
