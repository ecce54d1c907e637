// One case of ours in a cold process: node ours.mjs CASE [ENGINE [WIDTHS [SEEDS [PASSES]]]]. Prints one line of JSON.
//
// Plain JavaScript over dist/, so that no loader's start is part of the time.
import { capture } from '../../dist/capture/capture.js';
import { CASES, RECORDED_STEPS, SEEDS } from './cases.mjs';
import { modelOf } from './models.mjs';
import { stepClock } from './step-clock.mjs';

const [name, engine = 'auto', chosen, seeds = SEEDS, passes = RECORDED_STEPS] = process.argv.slice(2);
const widths = chosen?.split(',').map(Number) ?? CASES[name].widths;
// The last recorded pass needs no update after it.
const steps = Number(passes) - 1;

const { definition, taps } = modelOf(name, CASES[name].widths[0]);
const clock = stepClock(steps);
const start = performance.now();
const { records } = await capture(definition, {
  widths,
  seeds: Number(seeds),
  steps,
  taps,
  engine,
  threads: 1,
  measure: 'activations',
  onProgress: clock.onProgress,
});
const { config, versions } = records.header;
console.log(
  JSON.stringify({
    checkMs: performance.now() - start,
    stepsMs: clock.stepsMs,
    trainingsMs: clock.trainingsMs,
    statistics: records.rows.filter(({ quantity }) => quantity === 'activation').length,
    rows: records.rows.length,
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
    engine: `${config.engine} ${versions[config.engine]}`,
  }),
);
