// A whole raw check of one of the bench's cases on TF.js's own WebGPU: node check-on-webgpu.mjs webgpu|onnx CASE [WIDTHS].
//
// TF.js gets backend webgpu wherever the engine `cpu` asks for its own. Prints lines of JSON.
import { capture } from '../../../dist/capture/capture.js';
import { requireTfjs, tf } from '../../../dist/engine/tf.js';
import { CASES, RECORDED_STEPS, SEEDS } from '../cases.mjs';
import { modelOf } from '../models.mjs';
import { stepClock } from '../step-clock.mjs';
import { provideNavigatorGpu } from './navigator-gpu.mjs';
import { sayAll } from './problem.mjs';

const [way, name, chosen] = process.argv.slice(2);
const widths = chosen?.split(',').map(Number) ?? CASES[name].widths;

await sayAll({ start: way === 'webgpu' ? takeWebgpu : async () => ({}), check });

async function takeWebgpu() {
  const adapter = await provideNavigatorGpu();
  requireTfjs('@tensorflow/tfjs-backend-webgpu');
  const { setBackend } = tf;
  tf.setBackend = (backend) => setBackend(backend === 'cpu' ? 'webgpu' : backend);
  return { adapter };
}

async function check() {
  const { definition, taps } = modelOf(name, CASES[name].widths[0]);
  const clock = stepClock(RECORDED_STEPS - 1);
  const start = performance.now();
  const { records } = await capture(definition, {
    widths,
    seeds: SEEDS,
    steps: RECORDED_STEPS - 1,
    taps,
    engine: way === 'webgpu' ? 'cpu' : way,
    threads: 1,
    measure: 'activations',
    onProgress: clock.onProgress,
  });
  const values = records.rows.filter(({ quantity }) => quantity === 'activation').map(({ value }) => value);
  return { checkMs: performance.now() - start, backend: tf.getBackend(), trainingsMs: clock.trainingsMs, values };
}
