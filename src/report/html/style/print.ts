/** On paper: no controls, nothing cut off by a scroll box, no block torn over two pages. */
export const PRINT = `
@media print {
  :root { color-scheme: light; }
  body { background: none; font-size: 10pt; }
  .contents, .controls, .choice, .command button, .skip { display: none; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; }
  .masthead, main, footer { max-width: none; padding-inline: 0; }
  table { font-size: 8pt; }
  th, td { padding: .3rem .4rem; }
  .cause, .parameters tbody th { min-width: 0; }
  .range { width: 112px; height: 15px; }
  .grid { grid-template-columns: repeat(2, 1fr); }
  .card, figure, tr, .gates li, .verdict { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .verdict, .badge, .heat td, .heat-key b, .range { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
