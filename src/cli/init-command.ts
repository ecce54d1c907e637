import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { failure } from '../errors.js';
import { shellQuote } from './repeat-command.js';
import type { Terminal } from './terminal.js';

const TEMPLATE = `import { defineModel } from 'coordcheck';
import { mup } from 'coordcheck/mup';

export default defineModel({
  name: 'my-model',
  widths: [64, 128, 256, 512, 1024],
  hyperparameters: { learningRate: 1e-3 },
  // Builds the model at one width. Without a \`batch\`, random inputs of its input shape are fed.
  build: ({ tf, width, parametrization }) =>
    mup.parametrize(
      (n) =>
        tf.sequential({
          layers: [
            tf.layers.dense({ units: n, activation: 'relu', inputShape: [32] }),
            tf.layers.dense({ units: n, activation: 'relu' }),
            tf.layers.dense({ units: 10 }),
          ],
        }),
      { width, baseWidth: 64, parametrization },
    ),
  loss: 'softmaxCrossEntropy',
  optimizer: ({ model, hyperparameters }) => mup.adam(model, { learningRate: hyperparameters.learningRate }),
});
`;

/**
 * Writes a template model file, and never over another.
 *
 * @throws CoordCheckError FILE_EXISTS, OUTPUT_UNWRITABLE
 */
export function init(file: string, { stdout, folder }: Terminal): number {
  const path = resolve(folder, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    // `wx` refuses an existing file in the same step that opens it: nothing can come in between.
    writeFileSync(path, TEMPLATE, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw failure('FILE_EXISTS', { path: file }, { cause });
    throw failure('OUTPUT_UNWRITABLE', { path: file, reason: (cause as Error).message }, { cause });
  }
  stdout.print(`wrote ${file}\nnext: npx coordcheck ${shellQuote(file)}\n`);
  return 0;
}
