import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trialKey, type TrialRecord, type TrialsHeader } from '../../src/records/trial.js';
import { headerDifference } from '../../src/records/journal.js';
import { openTrials, readTrials, writeTrials } from '../../src/records/trials-file.js';

const HEADER: TrialsHeader = {
  schema: 'coordcheck/trials',
  schemaVersion: 1,
  name: 'mlp',
  command: 'npx coordcheck sweep model.ts',
  modelHash: 'abc',
  versions: { coordcheck: '0.1.0' },
  environment: { platform: 'linux' },
  config: { engine: 'cpu', threads: 1, loss: 'meanSquaredError', scoredOn: 'training' },
};

const trial = (changes: Partial<TrialRecord> = {}): TrialRecord => ({
  parametrization: 'mup',
  width: 64,
  depth: null,
  seed: 0,
  steps: 2,
  setting: { learningRate: 0.1, optimizer: 'adam' },
  state: 'finished',
  error: null,
  loss: [1, 0.5],
  score: 0.5,
  ...changes,
});

const TRIALS = [
  trial(),
  trial({ seed: 1, state: 'diverged', loss: [1, 'Infinity'], score: 'NaN' }),
  trial({ parametrization: 'sp', depth: 3, state: 'failed', error: 'out of luck', loss: [], score: null }),
];

let path = '';
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coordcheck-trials-'));
  path = join(folder, 'a.trials.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

describe('openTrials', () => {
  it('holds what was appended, and drops a line that was torn', async () => {
    const file = await openTrials(path, HEADER, TRIALS.slice(0, 1));
    for (const one of TRIALS.slice(1)) await file.append(one);
    await file.close();
    expect(await readTrials(path)).toEqual({ header: HEADER, entries: TRIALS, torn: false });
    await appendFile(path, '{"parametrization":"mu');
    expect(await readTrials(path)).toEqual({ header: HEADER, entries: TRIALS, torn: true });
  });
});

describe('writeTrials', () => {
  it('gives the same bytes whatever order trials and their settings come in', async () => {
    await writeTrials(path, HEADER, TRIALS);
    const bytes = await readFile(path, 'utf8');
    const swapped = TRIALS.map((one) => ({ ...one, setting: { optimizer: 'adam', learningRate: 0.1 } }));
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(swapped, { minLength: TRIALS.length }), async (order) => {
        await writeTrials(path, HEADER, order);
        expect(await readFile(path, 'utf8')).toBe(bytes);
      }),
      { numRuns: 10 },
    );
  });
});

describe('readTrials', () => {
  it('names the line and the field at fault', async () => {
    await writeTrials(path, HEADER, TRIALS);
    const text = await readFile(path, 'utf8');
    await appendFile(path, `${text.split('\n')[1]?.replace('"width":64', '"width":-1')}\n`);
    await expect(readTrials(path)).rejects.toThrow(/line 5.*width/s);
  });
});

describe('trialKey', () => {
  it('does not depend on the order of a setting, and tells a number from its text', () => {
    expect(trialKey(trial({ setting: { a: 1, b: 2 } }))).toBe(trialKey(trial({ setting: { b: 2, a: 1 } })));
    expect(trialKey(trial({ setting: { a: 1 } }))).not.toBe(trialKey(trial({ setting: { a: '1' } })));
  });

  it.each<Partial<TrialRecord>>([{ width: 65 }, { depth: 1 }, { seed: 5 }, { steps: 3 }, { parametrization: 'sp' }])(
    'differs with %o',
    (change) => expect(trialKey(trial(change))).not.toBe(trialKey(trial())),
  );
});

describe('headerDifference', () => {
  it('looks at everything but the command', () => {
    expect(headerDifference(HEADER, { ...HEADER, command: 'other' })).toBeNull();
    expect(headerDifference(HEADER, { ...HEADER, modelHash: 'abd' })).toBe('the model file has changed');
  });
});
