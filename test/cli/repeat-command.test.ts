import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repeatCommand, resumeCommand, shellQuote } from '../../src/cli/repeat-command.js';
import { mergeSettings } from '../../src/cli/settings.js';

const CHECK = { name: 'check', model: 'model.ts', folder: '/home/me' } as const;

describe('repeatCommand', () => {
  it('holds only what flags and environment gave, with a relative path', () => {
    const merged = mergeSettings({
      flags: { widths: ['64,128'], set: ['learningRate=0.002', 'name=two words'] },
      environment: { COORDCHECK_STEPS: '3' },
      config: { seeds: 2 },
    });
    expect(repeatCommand({ ...CHECK, model: '/home/me/models/mlp.ts', merged })).toBe(
      `npx coordcheck models/mlp.ts --widths 64,128 --steps 3 --set learningRate=0.002 --set 'name=two words'`,
    );
  });

  it('leaves out what cannot change the records', () => {
    const flags = { workers: '4', out: 'elsewhere', reporter: ['json'], quiet: true, verbose: true, resume: true };
    const merged = mergeSettings({ flags, environment: {} });
    expect(repeatCommand({ ...CHECK, merged })).toBe('npx coordcheck model.ts');
  });

  it('spells the grids of a sweep as they parse', () => {
    const flags = { grid: ['learningRate=2^-12..2^-5', 'beta=0.1..0.9/5', 'schedule=constant,cosine'] };
    const merged = mergeSettings({ flags, environment: {} });
    const command = repeatCommand({ ...CHECK, name: 'sweep', merged });
    expect(command).toBe(
      `npx coordcheck sweep model.ts --grid 'learningRate=2^-12..2^-5' --grid beta=0.1..0.9/5 --grid schedule=constant,cosine`,
    );
    const again = command.replaceAll("'", '').split(' --grid ').slice(1);
    expect(mergeSettings({ flags: { grid: again }, environment: {} }).settings.grid).toEqual(merged.settings.grid);
  });

  it('spells the space of a tuning as it parses', () => {
    const flags = {
      space: ['learningRate=2^-12..2^-5', 'beta=lin:0.1..0.9', 'schedule=constant,cosine'],
      width: '64',
      search: 'random',
      targetWidth: '4096',
    };
    const merged = mergeSettings({ flags, environment: {} });
    const command = repeatCommand({ ...CHECK, name: 'tune', merged });
    expect(command).toBe(
      `npx coordcheck tune model.ts --width 64 --space 'learningRate=2^-12..2^-5' --space beta=lin:0.1..0.9 --space schedule=constant,cosine --search random --target-width 4096`,
    );
    const again = [...command.matchAll(/--space '?([^\s']+)/g)].map(([, text]) => text);
    expect(mergeSettings({ flags: { space: again }, environment: {} }).settings.space).toEqual(merged.settings.space);
  });

  it('keeps a path from being taken for a flag', () => {
    const merged = mergeSettings({ flags: {}, environment: {} });
    expect(repeatCommand({ ...CHECK, model: './-model.ts', merged })).toBe('npx coordcheck ./-model.ts');
  });
});

describe('resumeCommand', () => {
  it('goes on in the same folder', () => {
    const flags = { out: 'my runs', workers: '2', timeBudget: '5m', reporter: ['html=a.html'] };
    const merged = mergeSettings({ flags, environment: {} });
    expect(resumeCommand({ ...CHECK, merged })).toBe(
      `npx coordcheck model.ts --workers 2 --reporter html=a.html --out 'my runs' --time-budget 300000ms --resume`,
    );
  });
});

describe('shellQuote', () => {
  it('leaves plain words as they are', () => {
    expect(['model.ts', '--widths', '64,128', 'a=1', 'a/b'].map(shellQuote)).toEqual([
      'model.ts',
      '--widths',
      '64,128',
      'a=1',
      'a/b',
    ]);
  });

  it('gives a shell back exactly the word it was given', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const line = `printf '%s\\0' ${words.map(shellQuote).join(' ')}`;
        expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(words.map((each) => `${each}\0`).join(''));
      }),
      { numRuns: 25 },
    );
  });
});
