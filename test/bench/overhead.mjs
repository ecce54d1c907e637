// What instrumentation costs: node overhead.mjs CASE WIDTH MODE [ENGINE]. Prints one line of JSON.
//
// MODE `bare` is a plain training loop; the others are what a capture may measure. The first training warms up.
import { capture } from '../../dist/capture/capture.js';
import { openEngine } from '../../dist/engine/open-engine.js';
import { tf } from '../../dist/engine/tf.js';
import { namedLoss } from '../../dist/model/loss.js';
import { CASES } from './cases.mjs';
import { modelOf } from './models.mjs';
import { stepClock } from './step-clock.mjs';

/** Long enough that a median of warm steps is steady. */
const LONG = 12;
/** Steps of a check by default. */
const CHECK = 4;

const [name, widthText, mode, engine = 'auto'] = process.argv.slice(2);
const width = Number(widthText);
const { definition, taps } = modelOf(name, CASES[name].widths[0]);
const measured = mode === 'bare' ? await bare() : await instrumented();
console.log(JSON.stringify(measured));

/** Training alone: no taps, no statistics, the loss read after every step as any training loop does. */
async function bare() {
  const opened = await openEngine(engine, { threads: 1 });
  const { hyperparameters } = definition;
  const model = await definition.build({ tf, width, seed: 1, parametrization: 'mup', hyperparameters });
  const { x, y } = await definition.batch({ tf, seed: 0, step: 0 });
  const optimizer = definition.optimizer({ model, hyperparameters });
  const loss = namedLoss(definition.loss);
  const objective = () => loss(y, model.apply(x, { training: true }));
  const stepsMs = [];
  for (let step = 0; step < LONG; step += 1) {
    const start = performance.now();
    const value = opened.step(() => optimizer.minimize(objective, true));
    await opened.read([value]);
    value.dispose();
    stepsMs.push(performance.now() - start);
  }
  // The first two make and compile the optimizer's state.
  return { stepsMs: stepsMs.slice(2) };
}

async function instrumented() {
  const isLong = mode === 'activations';
  const steps = isLong ? LONG : CHECK;
  const clock = stepClock(steps);
  const options = { widths: [width], seeds: isLong ? 1 : 3, steps, engine, threads: 1 };
  await capture(definition, { ...options, ...(isLong ? { taps } : {}), measure: mode, onProgress: clock.onProgress });
  const runsMs = clock.trainingsMs[width] ?? [];
  return { stepsMs: clock.stepsMs[width].slice(1), runMs: runsMs.reduce((sum, ms) => sum + ms, 0) };
}
