import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { adam } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { loadTargetSettings } from '../../src/mup/target-settings.js';
import { BASE } from './small-mlp.js';
import { settingsOf, WIDTH, withTied } from './target-models.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

describe('loadTargetSettings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'coordcheck-target-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const saved = (text: string): string => {
    const path = join(folder, 'a.target.json');
    writeFileSync(path, text);
    return path;
  };

  it('reads back what was written', () => {
    const model = parametrize(withTied, { width: WIDTH, baseWidth: BASE });
    const settings = settingsOf(model, adam(model, { learningRate: 0.02 }));
    expect(loadTargetSettings(saved(JSON.stringify(settings)))).toEqual(settings);
  });

  const row = { shape: [2], learningRate: 1, initStd: 0, multiplier: 1, weightDecay: 0, epsilon: null };
  const good = {
    schemaVersion: 1,
    targetWidth: 8,
    hyperparameters: {},
    optimizer: { className: 'SGD', config: {}, decayForm: 'decoupled' },
    parameters: { a: row },
  };

  it.each<[string, unknown, RegExp]>([
    ['nothing', '', /JSON/],
    ['a list', [], /it is no object/],
    ['a result', { ...good, schema: 'coordcheck/tune' }, /its schema is "coordcheck\/tune"/],
    ['another version', { ...good, schemaVersion: 2 }, /schemaVersion is 2, not 1/],
    ['no width', { ...good, targetWidth: 0.5 }, /targetWidth is 0.5/],
    ['no optimizer', { ...good, optimizer: {} }, /names no optimizer/],
    ['no parameters', { ...good, parameters: {} }, /has no parameters/],
    ['a text for a rate', { ...good, parameters: { a: { ...row, learningRate: '1' } } }, /a has the learningRate "1"/],
    ['a missing std', { ...good, parameters: { a: { ...row, initStd: undefined } } }, /a has the initStd missing/],
    ['a negative rate', { ...good, parameters: { a: { ...row, learningRate: -1 } } }, /a has the learningRate -1/],
    ['no config', { ...good, optimizer: { ...good.optimizer, config: undefined } }, /config is missing or no object/],
    [
      'a list in the config',
      { ...good, optimizer: { ...good.optimizer, config: { betas: [0.9] } } },
      /optimizer's betas is \[0.9\]/,
    ],
    ['a list of ties', { ...good, parameters: { a: { ...row, tied: [1] } } }, /a has tied \[1\], not an object/],
    ['a tie by a text', { ...good, parameters: { a: { ...row, tied: { b: '1' } } } }, /a is tied to b by "1"/],
    ['no shape', { ...good, parameters: { a: { ...row, shape: [0] } } }, /a has the shape \[0\]/],
  ])('refuses %s', (_, content, sentence) => {
    const path = saved(typeof content === 'string' ? content : JSON.stringify(content));
    expect(() => loadTargetSettings(path)).toThrow(sentence);
  });

  it('refuses a file that is not there', () => {
    expect(() => loadTargetSettings(join(folder, 'none.json'))).toThrow(/ENOENT/);
  });
});
