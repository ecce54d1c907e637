import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mulberry32 } from '../../fixtures/models/random.js';
import type { SweepResult } from '../../src/verdict/sweep-result.js';
import { coordcheck, fixture, folderWith, start } from './cli.js';

let out = '';
beforeEach(() => {
  out = folderWith({});
});
afterEach(() => rmSync(out, { recursive: true }));

/** A sweep of seconds: what it finds does not matter here. */
const SMALL = ['--widths', '8,16,64', '--seeds', '2', '--steps', '12', '--grid', 'learningRate=2^-9..2^-5'];

function sweepSmall(folder: string, ...more: string[]) {
  return start(['sweep', fixture('teacher-student'), ...SMALL, '--out', folder, ...more]);
}

function filesOf(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.html'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

describe('coordcheck sweep', () => {
  it('killed at random points twenty times and resumed equals one that ran through', async () => {
    const [whole, killed] = [join(out, 'whole'), join(out, 'killed')];
    await sweepSmall(whole).finished;
    const random = mulberry32(20);
    for (let kill = 0; kill < 20; kill += 1) {
      const { child, finished } = sweepSmall(killed, '--resume');
      // From before its first trial to somewhere among them.
      await Promise.race([after(300 + 1200 * random()), finished]);
      child.kill('SIGKILL');
      await finished;
    }
    await sweepSmall(killed, '--resume').finished;
    expect(filesOf(killed)).toEqual(filesOf(whole));
  });

  it('makes the same files with one worker as with three', async () => {
    const [one, three] = [join(out, 'one'), join(out, 'three')];
    await sweepSmall(one, '--workers', '1').finished;
    await sweepSmall(three, '--workers', '3').finished;
    expect(filesOf(three)).toEqual(filesOf(one));
  });

  it('stopped by SIGINT keeps its trials, and prints the command that goes on', async () => {
    const { child, finished } = sweepSmall(out);
    child.stderr?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('[1/')) child.kill('SIGINT');
    });
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/finished trials are saved. Go on with:\n {2}npx coordcheck sweep .*--resume/);
    expect(readFileSync(join(out, 'teacher-student.trials.ndjson'), 'utf8').split('\n').length).toBeGreaterThan(2);
  });

  it.each([
    [['--grid', 'rate=1..2'], /expected --grid to name a declared hyperparameter \(learningRate\), got 'rate'/],
    [['--grid', 'learningRate=2..1'], /0 < FROM < TO and 2 to 100 points, got 2..1/],
    [['--grid', 'learningRate=0.1'], /two values or more, got 0.1/],
    [['--grid', 'learningRate=fast,slow'], /a number, got 'fast'/],
    [['--grid', '3'], /expected NAME=FROM..TO.*got "3"/],
    [['--grid', 'learningRate=1,2', '--grid', 'learningRate=3,4'], /expected NAME=FROM..TO.*learningRate=3,4/],
    [['--widths', '8,8'], /8 is given twice/],
  ])('says what is wrong with %j', async (flags, sentence) => {
    const { code, stderr } = await coordcheck(['sweep', fixture('teacher-student'), '--out', out, ...flags]);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  });

  it('is inconclusive where every trial diverges, and says so', async () => {
    const flags = ['--grid', 'learningRate=1e37,1e38', ...SMALL.slice(0, 6)];
    const { code, stdout } = await coordcheck(['sweep', fixture('teacher-student'), ...flags, '--out', out]);
    expect(code).toBe(3);
    expect(stdout).toMatch(/no value finished with every seed/);
    const result = JSON.parse(filesOf(out)['teacher-student.sweep.json'] ?? '{}') as SweepResult;
    expect(result.trials.every(({ state }) => state === 'diverged')).toBe(true);
  });
});
