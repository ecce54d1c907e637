import { logLogSpec } from './log-log.js';
import { lossSpec } from './loss-curves.js';

/** The charts of a report, each as a compiled Vega specification, without data. */
export interface CompiledCharts {
  logLog: object;
  loss: object;
}

/**
 * Compiles the report's charts once; every tap and parameter is drawn from the same one with its own data.
 *
 * Compiling needs no data and no browser; drawing needs Vega alone.
 */
export async function compileCharts(): Promise<CompiledCharts> {
  const { compile } = await import('vega-lite');
  return { logLog: compile(logLogSpec()).spec, loss: compile(lossSpec()).spec };
}
