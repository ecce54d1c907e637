/** Charts: small multiples and loss curves. */
export const FIGURES = `
.grid { display: grid; gap: 1.1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.grid + details { margin-top: 1rem; }
figure { min-width: 0; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; padding: .9rem 1rem; }
.grid figure { display: flex; flex-direction: column; }
figure.fail { border-color: var(--fail); }
figure.inconclusive { border-color: var(--inconclusive); }
figcaption { display: flex; justify-content: space-between; align-items: flex-start; gap: .75rem; margin-bottom: .5rem; }
figcaption .name { font-weight: 600; }
.frame { min-height: 180px; }
.frame[data-figure] { min-height: 280px; }
.frame svg { display: block; max-width: 100%; }
.frame[data-state=empty] { display: grid; place-items: center; color: var(--muted); font-size: .9rem; min-height: 5rem; }
.frame[data-state=empty]::after { content: "no sizes to plot"; }
.reading { margin-top: auto; padding-top: .5rem; color: var(--muted); font-size: .85rem; line-height: 1.4; }
.wide + .wide { margin-top: 1rem; }
.pair { display: grid; gap: 1.1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }
.pair figure { display: flex; flex-direction: column; }
.alone { max-width: 46rem; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.2rem; max-width: none; }
.legend span { display: inline-flex; align-items: center; gap: .4rem; }
.legend i { display: inline-block; width: 1.3rem; height: 0; border-top: 2px solid var(--ink); }
.legend .dot { width: .5rem; height: .5rem; border: 0; border-radius: 50%; background: var(--ink); }
.legend .dot.faint { opacity: .45; width: .4rem; height: .4rem; }
.legend .dot.mup { background: var(--accent); }
.legend .dot.sp { background: var(--muted); border-radius: 0; }
.legend .diamond { width: .55rem; height: .55rem; border: 0; background: var(--ink); transform: rotate(45deg); }
.legend .glyph { font-weight: 400; line-height: 1; color: var(--ink); }
.legend .fitted { height: .7rem; border: 0; background: linear-gradient(var(--accent), var(--accent)) center / 100% 2px no-repeat, color-mix(in srgb, var(--accent) 18%, transparent); }
.legend .dashed { border-top: 1.5px dashed var(--muted); }
.k0 { border-color: var(--ramp-0) !important; } .k1 { border-color: var(--ramp-1) !important; }
.k2 { border-color: var(--ramp-2) !important; } .k3 { border-color: var(--ramp-3) !important; }
.k4 { border-color: var(--ramp-4) !important; } .k5 { border-color: var(--ramp-5) !important; }
.k6 { border-color: var(--ramp-6) !important; }
.controls { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin-bottom: 1.1rem; font-size: .9rem; color: var(--muted); }
.controls label { display: flex; align-items: center; gap: .5rem; min-width: 0; }
@media (max-width: 40rem) { .controls label { width: 100%; } .controls select, .controls input { flex: 1; min-width: 0; } }
`;
