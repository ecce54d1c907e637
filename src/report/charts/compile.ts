import { logLogSpec } from './log-log.js';
import { lossSpec } from './loss-curves.js';
import { optimumSpec } from './optimum.js';
import { scoreSpec } from './score.js';

/** Every chart there is, by name. */
const SPECS = { logLog: logLogSpec, loss: lossSpec, score: scoreSpec, optimum: optimumSpec };

/** The name of a chart. */
export type ChartName = keyof typeof SPECS;

/** Charts as compiled Vega specifications, without data. */
export type CompiledCharts<Name extends ChartName = ChartName> = Record<Name, object>;

/**
 * Compiles the charts of a page once; all figures of one kind are drawn from the same one, each with its own data.
 *
 * Compiling needs no data and no browser; drawing needs Vega alone.
 */
export async function compileCharts<Name extends ChartName>(...names: readonly Name[]): Promise<CompiledCharts<Name>> {
  const { compile } = await import('vega-lite');
  const compiled = names.map((name) => [name, compile(SPECS[name]()).spec] as const);
  return Object.fromEntries(compiled) as CompiledCharts<Name>;
}
