import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mulberry32 } from '../../fixtures/models/random.js';
import { loadTargetSettings } from '../../src/mup/target-settings.js';
import type { TuneResult } from '../../src/verdict/tune-result.js';
import { coordcheck, fixture, folderWith, ROOT, start } from './cli.js';

let out = '';
beforeEach(() => {
  out = folderWith({});
});
afterEach(() => rmSync(out, { recursive: true }));

/** A tuning of seconds: what it finds does not matter here. */
const SMALL = ['--width', '16', '--steps', '30', '--trials', '9', '--seeds', '2', '--target-width', '64'];

function tuneSmall(folder: string, ...more: string[]) {
  return start(['tune', fixture('teacher-student'), ...SMALL, '--out', folder, ...more]);
}

function filesOf(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

function resultIn(folder: string, name = 'teacher-student'): TuneResult {
  return JSON.parse(readFileSync(join(folder, `${name}.tune.json`), 'utf8')) as TuneResult;
}

describe('coordcheck tune', () => {
  it('killed at random points and resumed equals one that ran through, with verification', async () => {
    const [whole, killed] = [join(out, 'whole'), join(out, 'killed')];
    const more = ['--verify-width', '32'];
    await tuneSmall(whole, ...more).finished;
    const random = mulberry32(10);
    for (let kill = 0; kill < 10; kill += 1) {
      const { child, finished } = tuneSmall(killed, ...more, '--resume');
      await Promise.race([after(300 + 2000 * random()), finished]);
      child.kill('SIGKILL');
      await finished;
    }
    await tuneSmall(killed, ...more, '--resume').finished;
    expect(Object.keys(filesOf(whole))).toEqual([
      'teacher-student.target.json',
      'teacher-student.trials.ndjson',
      'teacher-student.tune.json',
    ]);
    expect(filesOf(killed)).toEqual(filesOf(whole));
  });

  it('makes the same files with one worker as with three', async () => {
    const [one, three] = [join(out, 'one'), join(out, 'three')];
    const single = await tuneSmall(one, '--workers', '1').finished;
    await tuneSmall(three, '--workers', '3').finished;
    expect(filesOf(three)).toEqual(filesOf(one));
    expect(single.code).toBe(0);
    expect(single.stdout).toMatch(/^TUNED {2}teacher-student · learningRate 0\.\d+: loss/);
    const settings = loadTargetSettings(join(one, 'teacher-student.target.json'));
    const { chosen, target } = resultIn(one);
    expect(settings).toEqual(target);
    const rate = chosen!.values['learningRate'] as number;
    const rates = Object.values(settings.parameters).map(({ learningRate }) => learningRate);
    // Base width 64, where µP and SP are one.
    expect(rates).toEqual(rates.map(() => rate));
  });

  it('stopped by SIGINT keeps its trials, and prints the command that goes on', async () => {
    const { child, finished } = tuneSmall(out);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('rung 1 of 2')) child.kill('SIGINT');
    });
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/finished trials are saved. Go on with:\n {2}npx coordcheck tune .*--width 16.*--resume/);
    expect(readFileSync(join(out, 'teacher-student.trials.ndjson'), 'utf8').split('\n').length).toBeGreaterThan(2);
  });

  it('says at the end of its time budget that nothing is chosen yet, and goes on with --resume', async () => {
    const cut = await tuneSmall(out, '--time-budget', '1ms').finished;
    expect(cut.code).toBe(3);
    expect(cut.stdout).toMatch(/^UNDECIDED {2}teacher-student · The time budget ended before/);
    expect(existsSync(join(out, 'teacher-student.target.json'))).toBe(false);
    expect(resultIn(out)).toMatchObject({ outcome: 'undecided', chosen: null, target: null });
    expect((await tuneSmall(out, '--resume').finished).code).toBe(0);
  });

  it('leaves no settings of an earlier tuning beside one that has none', async () => {
    const target = join(out, 'teacher-student.target.json');
    await tuneSmall(out).finished;
    expect(existsSync(target)).toBe(true);
    const without = await tuneSmall(out, '--time-budget', '1ms').finished;
    expect([without.code, existsSync(target)]).toEqual([3, false]);
    expect(without.stderr).toMatch(/removed .*teacher-student\.target\.json, which was of an earlier tuning/);
  });

  it('tunes constants per role, and carries them to the parameters they are of', async () => {
    const spaces = ['learningRate=2^-10..2^-5', 'inputRate=2^-3..2^3', 'readoutRate=1,4'].flatMap((s) => [
      '--space',
      s,
    ]);
    const args = ['tune', fixture('teacher-student-roles'), ...SMALL.slice(0, 8), ...spaces, '--target-width', '256'];
    const { code, stdout, stderr } = await coordcheck([...args, '--out', out]);
    expect(code, stderr).toBe(0);
    const { chosen, target, space } = resultIn(out, 'teacher-student-roles');
    expect(space.map(({ hyperparameter }) => hyperparameter)).toEqual(['learningRate', 'inputRate', 'readoutRate']);
    const { learningRate, inputRate, readoutRate } = chosen!.values as Record<string, number>;
    const rates = (name: string) => target!.parameters[name].learningRate! / learningRate;
    // Base width 64, so m = 4.
    expect(rates('dense_1/kernel')).toBeCloseTo(inputRate, 12);
    expect(rates('dense_2/kernel')).toBeCloseTo(1 / 4, 12);
    expect(rates('dense_3/kernel')).toBeCloseTo(readoutRate / 4, 12);
    expect(stdout).toMatch(/Settings at width 256/);
  });

  it.each([
    [['--space', 'rate=1..2'], /expected --space to name a declared hyperparameter \(learningRate\), got 'rate'/],
    [['--space', 'learningRate=2..1'], /two values or more, got 2..1/],
    [['--space', 'learningRate=fast,slow'], /a number, got 'fast'/],
    [['--space', '3'], /expected NAME=FROM..TO.*got "3"/],
    [['--target-width', '32'], /expected --target-width to be at least the proxy's width 64, got 32/],
    [['--verify-width', '32'], /expected --verify-width to be at least the proxy's width 64, got 32/],
    [['--verify-width', '9000000'], /width 9000000 needs about .* GB/],
    [['--reporter', 'html'], /expected terminal or json.*got "html"/],
    [['--search', 'grid'], /expected halving or random, got "grid"/],
    [['--control', 'sp'], /unknown option '--control'/],
  ])('says what is wrong with %j', async (flags, sentence) => {
    const { code, stderr } = await coordcheck(['tune', fixture('teacher-student'), '--out', out, ...flags]);
    expect(code).toBe(flags[1] === '9000000' ? 4 : 2);
    expect(stderr).toMatch(sentence);
  });

  it('exits 3 where every trial diverges, and where the model ignores what is searched', async () => {
    const diverging = await tuneSmall(out, '--space', 'learningRate=1e30..1e31').finished;
    expect([diverging.code, diverging.stdout]).toEqual([3, expect.stringMatching(/All 9 trials of 10 steps diverged/)]);
    const at = folderWith({ 'ignores.ts': IGNORES }, join(ROOT, 'node_modules/.coordcheck'));
    const ignoring = await coordcheck(['tune', 'ignores.ts', '--steps', '12', '--quiet'], at);
    expect([ignoring.code, ignoring.stdout.split('\n')[0]]).toEqual([
      3,
      expect.stringMatching(/^undecided ignores: The model ignores learningRate: 12 steps with/),
    ]);
  });

  it('refuses before any training a target that cannot be built', async () => {
    const at = folderWith({ 'picky.ts': IGNORES.replace('// picky', PICKY) }, join(ROOT, 'node_modules/.coordcheck'));
    const { code, stderr } = await coordcheck(['tune', 'picky.ts', '--target-width', '63'], at);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected build\(\) to return a model at width 63, but: Error: heads of 8/);
    expect(stderr).not.toMatch(/finished in/);
  });

  it('gives JSON alone on stdout where it is asked for', async () => {
    const { stdout, stderr } = await tuneSmall(out, '--reporter', 'json=-').finished;
    expect(JSON.parse(stdout)).toEqual(resultIn(out));
    expect(stderr).toMatch(/wrote: .*target\.json/);
  });
});

const PICKY = `if (width % 8 !== 0) throw new Error('heads of 8');`;

const IGNORES = `
import { defineModel } from 'coordcheck';
import * as tf from '@tensorflow/tfjs';
export default defineModel({
  widths: [8, 16],
  hyperparameters: { learningRate: 0.01 },
  build: ({ width }) => {
    // picky
    return tf.sequential({ layers: [tf.layers.dense({ units: width, inputShape: [4] }), tf.layers.dense({ units: 2 })] });
  },
  optimizer: () => tf.train.sgd(0.01),
});
`;
