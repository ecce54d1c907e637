import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordcheck, folderWith, ROOT } from './cli.js';

/** A small model file: an MLP of two hidden layers, with some of its lines replaced. */
function model(parts: { build?: string; rest?: string; before?: string } = {}): string {
  const { build = LAYERS(''), rest = '', before = '' } = parts;
  return `import { defineModel } from 'coordcheck';
import * as tf from '@tensorflow/tfjs';
${before}
export default defineModel({
  name: 'small',
  widths: [8, 16, 32, 64],
  build: ({ width, seed }) => { ${build} },
  batch: ({ seed, step }) => ({
    x: tf.randomNormal([8, 6], 0, 1, 'float32', 1 + seed + step),
    y: tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3),
  }),
  loss: 'softmaxCrossEntropy',
  optimizer: () => tf.train.adam(0.001),
  ${rest}
});
`;
}

function LAYERS(extra: string): string {
  return `return tf.sequential({ layers: [
    tf.layers.dense({ units: width, activation: 'relu', inputShape: [6] }),
    tf.layers.dense({ units: width, activation: 'relu' ${extra} }),
    tf.layers.dense({ units: 3 }),
  ] });`;
}

/** Runs a check of one file in a folder of its own. */
async function checked(text: string, flags: readonly string[] = []) {
  return coordcheck(['model.ts', '--engine', 'cpu', '--out', 'out', ...flags], folderWith({ 'model.ts': text }));
}

/** The one line that says what is wrong, and the one that says what to do. */
function sentence(stderr: string): string {
  return stderr.replace(/\s+/g, ' ');
}

describe('coordcheck, used wrongly, exits 2 with one sentence', () => {
  it.each<[string, string, string[], RegExp]>([
    ['a syntax error', 'export default {{', [], /expected model\.ts to load, but: .*/],
    [
      'no default export',
      'export const model = 1;',
      [],
      /expected model\.ts to export a model definition as default, got only 'model'/,
    ],
    [
      'a default export that is no model',
      'export default 7;',
      [],
      /to hold a definition as defineModel takes it, but its default export/,
    ],
    [
      'build that throws',
      model({ build: `throw new Error('no such layer')` }),
      [],
      /expected build\(\) to return a model at width 8, but: Error: no such layer/,
    ],
    ['build that returns nothing', model({ build: '' }), [], /it returned undefined, neither a LayersModel nor/],
    [
      'a loss that is not scalar',
      model().replace(`'softmaxCrossEntropy'`, '(y, p) => tf.sub(y, p)'),
      [],
      /expected the loss to be a scalar tensor, got a tensor of shape \[8, 3\]/,
    ],
    [
      'a loss that throws',
      model().replace(`'softmaxCrossEntropy'`, `() => { throw new Error('no such label') }`),
      [],
      /expected loss\(\) to return a scalar tensor, but it threw: Error: no such label Fix loss\(\)/,
    ],
    [
      'an objective that throws',
      model({ rest: `objective: () => { throw new Error('no such label') },` }),
      [],
      /expected objective\(\) to return a scalar tensor, but it threw: Error: no such label Fix objective\(\)/,
    ],
    [
      'an error whose text would act on the terminal',
      model({ build: `throw new Error('no \\u001b[31mred\\u202e layer')` }),
      [],
      /Error: no \\x1b\[31mred\\u202e layer/,
    ],
    [
      'a loss nobody knows',
      model().replace('softmaxCrossEntropy', 'softMaxCrossEntropy'),
      [],
      /expected the loss to be a function or one of/,
    ],
    ['a misspelt key', model({ rest: 'optimiser: 1,' }), [], /optimiser/],
    ['a width given twice', model(), ['--widths', '64,64'], /64 is given twice/],
    ['a width that is no number', model(), ['--widths', '64,wide'], /wide/],
    [
      'a tap that is not there',
      model(),
      ['--taps', 'attention*'],
      /'attention\*' matches none of: dense_1, dense_1\/relu/,
    ],
    [
      'an expectation that matches nothing',
      model({ rest: `expect: { 'embed*': 'frozen' },` }),
      [],
      /'embed\*' matches none of/,
    ],
    [
      'a hyperparameter nobody declared',
      model({ rest: 'hyperparameters: { learningRate: 1 },' }),
      ['--set', 'lr=1'],
      /expected --set to name a declared hyperparameter \(learningRate\), got 'lr'/,
    ],
    [
      'a batch of another shape',
      model().replace('[8, 6]', '[8, 7]'),
      [],
      /expected the model of width 8 to run on the batch of step 0, but: .*/,
    ],
    ['an unknown flag', model(), ['--with', '64'], /--with/],
    ['an unknown engine', model(), ['--engine', 'cuda'], /cuda/],
    ['a seed whose seeds coincide', model(), ['--seed', '10000000000000'], /whole number up to 9007199254739/],
    [
      'a model file that changes while it is checked',
      // Every worker that loads it finds one line more.
      model({ before: `import { appendFileSync } from 'node:fs';\nappendFileSync('model.ts', '//\\n');` }),
      ['--workers', '2'],
      /expected .*model\.ts to stay as it was when the check began, but it, or what it imports, has changed/,
    ],
    [
      'a softmax under a loss on logits',
      model({ build: LAYERS('').replace('units: 3', `units: 3, activation: 'softmax'`) }),
      [],
      /expected logits under the loss softmaxCrossEntropy/,
    ],
  ])('%s', async (_what, text, flags, said) => {
    const { code, stdout, stderr } = await checked(text, flags);
    expect(sentence(stderr)).toMatch(said);
    expect(stderr).not.toMatch(/^\s+at .*\.js:\d+/m);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a loss that throws, and where, when asked', async () => {
    const text = model().replace(`'softmaxCrossEntropy'`, `() => { throw new Error('no such label') }`);
    const { stderr } = await checked(text, ['--verbose']);
    expect(stderr).toMatch(/caused by Error: no such label\n(.*\n)*? +at .*model\.ts:\d+/);
  });

  it('no file', async () => {
    const { code, stderr } = await coordcheck(['missing.ts'], folderWith({}));
    expect(sentence(stderr)).toMatch(/expected a model file, but there is none at missing\.ts/);
    expect(code).toBe(2);
  });

  it('an output folder that is a file', async () => {
    const folder = folderWith({ 'model.ts': model(), out: 'a file' });
    const { code, stderr } = await coordcheck(['model.ts', '--engine', 'cpu', '--out', 'out'], folder);
    expect(sentence(stderr)).toMatch(/out/);
    expect(code).toBe(2);
  });

  // Root writes everywhere, whatever the mode says.
  it.skipIf(process.getuid?.() === 0)('an output folder without write permission', async () => {
    const folder = folderWith({ 'model.ts': model() });
    mkdirSync(join(folder, 'out'));
    chmodSync(join(folder, 'out'), 0o500);
    const { code } = await coordcheck(['model.ts', '--engine', 'cpu', '--out', 'out'], folder);
    expect(code).toBe(2);
  });

  it('two copies of TF.js', async () => {
    // Under node_modules, so that the copy finds its own dependencies.
    const folder = folderWith(
      { 'model.ts': model({ before: `import './second.cjs';` }), 'second.cjs': `require('./copy/tf-core.node.js');` },
      join(ROOT, 'node_modules/.cache'),
    );
    mkdirSync(join(folder, 'copy'));
    copyFileSync(
      join(ROOT, 'node_modules/@tensorflow/tfjs-core/dist/tf-core.node.js'),
      join(folder, 'copy/tf-core.node.js'),
    );
    const { code, stderr } = await coordcheck(['model.ts', '--engine', 'cpu', '--out', 'out'], folder);
    expect(sentence(stderr)).toMatch(
      /expected one copy of TF\.js, but the model loads a second one: .*copy\/tf-core\.node\.js/,
    );
    expect(code).toBe(2);
  });
});

describe('coordcheck, where nothing can be proven, exits 3 and says what would settle it', () => {
  it.each<[string, string, string[], RegExp]>([
    ['one width', model(), ['--widths', '64'], /1 width over a factor of 1.*at least 3 widths/],
    ['widths within a factor of 8', model(), ['--widths', '16,32,64'], /3 widths over a factor of 4/],
    ['one seed', model(), ['--seeds', '1'], /one seed.*--seeds 3/],
    [
      'a width that changes no shape',
      model({ build: LAYERS('').replaceAll('width', '16') }),
      [],
      /the width changes nothing/,
    ],
    [
      'two seeds with the same weights',
      model({
        build: LAYERS('').replaceAll('units:', 'kernelInitializer: tf.initializers.glorotNormal({ seed: 3 }), units:'),
      }),
      [],
      /start from the same weights/,
    ],
    ['a rate of 0', model().replace('adam(0.001)', 'sgd(0)'), [], /no parameter ever moves/],
    [
      'a batch that differs between widths',
      model({ before: 'let calls = 0;' }).replace('1 + seed + step', '++calls'),
      [],
      /batches of seed \d+ differ between widths/,
    ],
    [
      'a rate so large that training diverges',
      model().replace('adam(0.001)', 'sgd(1e30)'),
      [],
      /lower the learning rate/,
    ],
    [
      'a build that fails at one width',
      model({ build: `if (width === 32) throw new Error('odd'); ${LAYERS('')}` }),
      [],
      /width 32, seed \d+ failed.*odd/,
    ],
  ])('%s', async (_what, text, flags, said) => {
    const { code, stdout } = await checked(text, flags);
    expect(sentence(stdout)).toMatch(said);
    expect(code).toBe(3);
  });
});

describe('coordcheck', () => {
  it('exits 1 where a layer returns NaN at initialization', async () => {
    const build = `const m = ${LAYERS('').replace('return ', '')} const call = m.layers[1].call.bind(m.layers[1]);
      m.layers[1].call = (x, k) => tf.mul(call(x, k), NaN); return m;`;
    const { code, stdout } = await checked(model({ build }));
    expect(sentence(stdout)).toMatch(/not finite at step 0 of width/);
    expect(code).toBe(1);
  });

  it('exits 4 where a width does not fit in memory, before training', async () => {
    const { code, stderr } = await checked(model(), ['--engine', 'wasm', '--widths', '64,512,32768']);
    expect(sentence(stderr)).toMatch(/width 32768 needs about [\d.]+ GB, but the wasm engine has 4\.3 GB/);
    expect(code).toBe(4);
  });

  it('exits 4 where the model ends its process, and says that it was tried twice', async () => {
    const { code, stderr } = await checked(model({ build: 'process.exit(3)' }));
    expect(sentence(stderr)).toMatch(/was lost twice: .* exited with 3 .*the model file ends its process/);
    expect(code).toBe(4);
  });

  it('exits 4 where the engine asked for is not installed', async () => {
    const { code, stderr } = await checked(model(), ['--engine', 'tfjs-node-gpu']);
    expect(sentence(stderr)).toMatch(/engine tfjs-node-gpu cannot run here/);
    expect(code).toBe(4);
  });
});
