import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PrescriptionResult } from '../../src/verdict/prescription.js';
import { coordcheck, folderWith, ROOT, start } from './cli.js';

const MODEL = `
const yourModel = (width: number) => tf.sequential({ layers: [
  tf.layers.dense({ units: width, activation: 'relu', kernelInitializer: 'heNormal', inputShape: [32] }),
  tf.layers.dense({ units: width, activation: 'relu', kernelInitializer: 'heNormal' }),
  tf.layers.dense({ units: 32, kernelInitializer: 'heNormal' }),
] });
const yourOptimizer = () => tf.train.adam(1e-3);
const rest = {
  name: 'small', widths: [32, 64, 128, 256], seeds: 3, steps: 1, loss: 'softmaxCrossEntropy',
  batch: ({ seed, step }) => ({
    x: tf.randomNormal([64, 32], 0, 1, 'float32', 1 + seed * 100 + step),
    y: tf.oneHot(tf.randomUniform([64], 0, 32, 'int32', 7 + seed * 100 + step), 32),
  }),
};
`;

/** A model file with some definitions above, and with these entries in its definition. */
const file = (entries: string, above = '') =>
  `import { defineModel } from 'coordcheck';\nimport * as tf from '@tensorflow/tfjs';\n${above}${MODEL}\n` +
  `export default defineModel({ ...rest, ${entries} } as never);\n`;

const SP = file('build: ({ width }) => yourModel(width), optimizer: () => yourOptimizer(),');
// Below the repository, so that its own packages are found.
const folder = (files: Record<string, string>) => folderWith(files, join(ROOT, 'node_modules/.coordcheck'));

describe('coordcheck prescribe', () => {
  it('derives Table 3, proves it, writes it, and prints code that passes the check when it is pasted', async () => {
    const at = folder({ 'model.ts': SP });
    const { code, stdout, stderr } = await coordcheck(['prescribe', 'model.ts', '--out', 'out'], at);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^PASS {2}small · Prescribed for 2 parameters/);
    expect(readFileSync(join(at, 'model.ts'), 'utf8')).toBe(SP);
    expect(readdirSync(join(at, 'out')).toSorted()).toEqual([
      'small-prescribed.html',
      'small-prescribed.records.ndjson',
      'small-prescribed.result.json',
      'small.prescription.json',
      'small.records.ndjson',
    ]);
    const written = JSON.parse(readFileSync(join(at, 'out/small.prescription.json'), 'utf8')) as PrescriptionResult;
    expect([written.schemaVersion, written.verdict, written.equals]).toEqual([1, 'pass', 'Tensor Programs V, Table 3']);
    const doses = written.parameters.map((p) => [p.initExponent, p.learningRateExponent]);
    expect(doses).toEqual([
      [0, 0],
      [0, 0],
      [0, -1],
      [0, 0],
      [-0.5, -1],
      [0, 0],
    ]);

    // Records and result say what was applied, and are read again as any other.
    const saved = ['out/small-prescribed.records.ndjson', 'out/small-prescribed.result.json'];
    const reported = await coordcheck(['report', ...saved, '--reporter', 'markdown'], at);
    expect(reported.code, reported.stderr).toBe(0);
    expect(reported.stdout.match(/Not the model as it is: measured with a prescription/g)).toHaveLength(2);

    const pasted = written.code.slice(written.code.indexOf('// m is'));
    const above = pasted.slice(0, pasted.indexOf('build:'));
    const entries = pasted.slice(pasted.indexOf('build:'));
    writeFileSync(join(at, 'model.ts'), file(entries, `import { mup } from 'coordcheck/mup';\n${above}`));
    const again = await coordcheck(['model.ts', '--out', 'again', '--quiet'], at);
    expect(again.code, again.stderr + again.stdout).toBe(0);
    const repeated = await coordcheck(['prescribe', 'model.ts', '--out', 'again', '--reporter', 'markdown'], at);
    expect(repeated.stdout).toMatch(/^## ✅ coordcheck: PASS · `small`\n\nNothing is to be prescribed\. All 6/);
    expect(repeated.code).toBe(0);
  });

  it('exits 3 where a gate says that nothing can be told', async () => {
    const at = folder({ 'model.ts': SP });
    const { code, stdout } = await coordcheck(['prescribe', 'model.ts', '--widths', '32', '--quiet'], at);
    expect(code).toBe(3);
    expect(stdout).toMatch(/^inconclusive small: Nothing can be prescribed\. Nothing is proven: 1 width/);
  });

  it.each([
    [['prescribe'], /expected a model file.*got neither|expected a model file/],
    [['prescribe', 'missing.ts'], /expected a model file, but there is none/],
    [['prescribe', 'model.ts', '--resume'], /unknown option '--resume'/],
    [['prescribe', 'model.ts', '--widths', 'wide'], /expected positive whole numbers/],
  ])('exits 2 with one sentence for %j', async (words, sentence) => {
    const { code, stderr } = await coordcheck(words, folder({ 'model.ts': SP }));
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  it('stops at a signal, and says how to derive it anew', async () => {
    const { child, finished } = start(['prescribe', 'model.ts', '--seeds', '5'], folder({ 'model.ts': SP }));
    child.stderr?.once('data', () => child.kill('SIGINT'));
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toContain('npx coordcheck prescribe model.ts --seeds 5');
  });
});
