// Rate of a 64×w by w×w product, w = 1024: node matrix-product.mjs [ENGINE]. Prints one line of JSON.
import { openEngine } from '../../dist/engine/open-engine.js';
import { tf } from '../../dist/engine/tf.js';

const WIDTH = 1024;
/** Products a step, so that a step's own cost does not count. */
const CHAIN = 50;

const engine = await openEngine(process.argv[2] ?? 'auto', { threads: 1 });
const x = tf.randomNormal([64, WIDTH]);
// Columns of length 1 keep the chain's values from growing.
const kernel = tf.randomNormal([WIDTH, WIDTH], 0, WIDTH ** -0.5);
let fastestMs = Number.POSITIVE_INFINITY;
for (let round = 0; round < 6; round += 1) {
  const start = performance.now();
  const product = engine.step(() => Array.from({ length: CHAIN }).reduce((y) => tf.matMul(y, kernel), x));
  await engine.read([product]);
  product.dispose();
  fastestMs = Math.min(fastestMs, performance.now() - start);
}
const gflops = (2 * 64 * WIDTH * WIDTH * CHAIN) / fastestMs / 1e6;
console.log(JSON.stringify({ gflops, engine: `${engine.name} ${engine.version}` }));
