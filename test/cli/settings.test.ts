import { describe, expect, it } from 'vitest';
import { mergeSettings, unknownVariables } from '../../src/cli/settings.js';

const nothing = { flags: {}, environment: {} };

describe('mergeSettings', () => {
  it('lets a flag beat the environment, which beats the config file', () => {
    const config = { widths: [8, 16], steps: 9, seeds: 5 };
    const environment = { COORDCHECK_WIDTHS: '32,64', COORDCHECK_STEPS: '3' };
    const { settings, from } = mergeSettings({ flags: { widths: ['128,256'] }, environment, config });
    expect(settings).toEqual({ widths: [128, 256], steps: 3, seeds: 5 });
    expect(from).toEqual({ widths: 'flag', steps: 'environment', seeds: 'config' });
  });

  it('says nothing of what nobody set', () => {
    expect(mergeSettings(nothing)).toEqual({ settings: {}, from: {} });
  });

  it('joins repeated and comma-separated lists', () => {
    const { settings } = mergeSettings({ ...nothing, flags: { widths: ['64, 128', '256'], taps: ['a*,b', 'c'] } });
    expect(settings).toEqual({ widths: [64, 128, 256], taps: ['a*', 'b', 'c'] });
  });

  it('reads hyperparameters as numbers, booleans or texts, and merges them by name', () => {
    const config = { set: { learningRate: 1, momentum: 0.9 } };
    const flags = { set: ['learningRate=2e-3', 'nesterov=true', 'activation=relu', 'list=a,b'] };
    const { settings } = mergeSettings({ ...nothing, config, flags });
    expect(settings.set).toEqual({
      learningRate: 2e-3,
      momentum: 0.9,
      nesterov: true,
      activation: 'relu',
      list: 'a,b',
    });
  });

  it('parts several hyperparameters in one text', () => {
    const { settings } = mergeSettings({ ...nothing, environment: { COORDCHECK_SET: 'a=1,b=two' } });
    expect(settings.set).toEqual({ a: 1, b: 'two' });
  });

  it('reads reporters with and without files', () => {
    const { settings } = mergeSettings({ ...nothing, flags: { reporter: ['terminal,json=-', 'html=a/b=c.html'] } });
    expect(settings.reporter).toEqual([
      { name: 'terminal', file: null },
      { name: 'json', file: '-' },
      { name: 'html', file: 'a/b=c.html' },
    ]);
  });

  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['250ms', 250],
  ])('reads the time budget %s as %d ms', (text, ms) => {
    expect(mergeSettings({ ...nothing, flags: { timeBudget: text } }).settings.timeBudget).toBe(ms);
  });

  it.each([
    ['widths', ['64,abc'], 'expected positive whole numbers separated by commas, got "64,abc", in --widths'],
    ['widths', ['64,,128'], 'expected positive whole numbers separated by commas, got "64,,128", in --widths'],
    ['widths', ['-64'], 'expected positive whole numbers separated by commas, got "-64", in --widths'],
    ['steps', '1.5', 'expected a positive whole number, got "1.5", in --steps'],
    ['seeds', '0', 'expected a positive whole number, got "0", in --seeds'],
    ['timeBudget', '5', 'expected a duration such as 90s, 5m or 1h30m, got "5", in --time-budget'],
    ['set', ['learningRate'], 'expected NAME=VALUE, got "learningRate", in --set'],
    ['control', 'mup', 'expected sp, got "mup", in --control'],
    ['reporter', ['xml'], 'got "xml", in --reporter'],
    ['engine', 'gpu', 'got "gpu", in --engine'],
  ])('refuses %s %j in one sentence', (key, given, sentence) => {
    expect(() => mergeSettings({ ...nothing, flags: { [key]: given } })).toThrow(sentence);
  });

  it('names the variable or the config file where a wrong value stands', () => {
    expect(() => mergeSettings({ ...nothing, environment: { COORDCHECK_TARGET_WIDTH: 'big' } })).toThrow(
      'in COORDCHECK_TARGET_WIDTH',
    );
    const config = { steps: 'many' };
    expect(() => mergeSettings({ ...nothing, config, configPath: 'coordcheck.config.ts' })).toThrow(
      'in steps of coordcheck.config.ts',
    );
  });

  it('refuses a config that is no object, or has a setting that does not exist', () => {
    expect(() => mergeSettings({ ...nothing, config: null })).toThrow('expected a default export that is an object');
    expect(() => mergeSettings({ ...nothing, config: { wide: [1] } })).toThrow('got "wide"');
  });
});

describe('unknownVariables', () => {
  it('finds misspelt variables of our own only', () => {
    expect(unknownVariables({ COORDCHECK_WIDHTS: '1', COORDCHECK_SEEDS: '2', PATH: '/bin' })).toEqual([
      'COORDCHECK_WIDHTS',
    ]);
  });
});
