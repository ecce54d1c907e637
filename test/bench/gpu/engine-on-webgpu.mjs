// The engine `onnx` with its graphs given to ONNX Runtime's WebGPU: node engine-on-webgpu.mjs WIDTHS. Prints lines of JSON.
import { createRequire } from 'node:module';

const module = createRequire(import.meta.url)('onnxruntime-node/dist/binding.js');
const { InferenceSession: Session } = module.binding;
/** What the engine uses of a session. */
class OnWebgpu {
  #session = new Session();
  loadModel(buffer, offset, length, options) {
    this.#session.loadModel(buffer, offset, length, { ...options, executionProviders: ['webgpu', 'cpu'] });
  }
  run(feeds, results) {
    return this.#session.run(feeds, results);
  }
  dispose() {
    this.#session.dispose();
  }
}
module.binding = { ...module.binding, InferenceSession: OnWebgpu };
process.argv.splice(2, 0, 'onnx');
process.argv[4] = '0';
await import('./tfjs.mjs');
