import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ZOO } from '../../fixtures/zoo/zoo.js';
import { jobOf } from './job.js';
import { openLedger } from './ledger.js';
import type { Judged } from './judged.js';

const specimen = (id: string) => ZOO.get(id) ?? expect.fail(`no specimen ${id}`);
const entry = (id: string, root: number, rest: Partial<Judged> = {}): Judged => ({
  job: jobOf(specimen(id), { root, rate: 1, ladder: 'default' }),
  score: { outcome: 'passed', isCauseRight: null, isParameterRight: null, isExponentRight: null },
  control: 'false-alarm',
  said: '',
  // Looks like a number, and is none.
  commit: '37e9053',
  ...rest,
});

describe('openLedger', () => {
  let file: string;
  beforeEach(async () => {
    file = path.join(await mkdtemp(path.join(tmpdir(), 'ledger-')), 'calibration.csv');
  });

  it('gives back from the file what was set, quotes, commas and lines included', async () => {
    const wrong = entry('mlp/readout-standard:adam', 100, {
      score: { outcome: 'detected', isCauseRight: true, isParameterRight: false, isExponentRight: false },
      control: 'missed',
      said: 'cause "a", at b, c | d\nnext',
    });
    const ledger = await openLedger(file);
    await Promise.all([ledger.set(entry('mlp/table3:adam', 101)), ledger.set(wrong)]);
    const again = await openLedger(file);
    expect(again.get(wrong.job)).toEqual(wrong);
    expect(again.get(entry('mlp/table3:adam', 101).job)).toEqual(entry('mlp/table3:adam', 101));
    expect(again.get(entry('mlp/table3:adam', 100).job)).toBeUndefined();
  });

  it('keeps the file in one order, whatever the order of finishing, and one line a check', async () => {
    const entries = [entry('mlp/table3:adam', 101), entry('mlp/table3:sgd', 100), entry('mlp/table3:adam', 100)];
    const forth = await openLedger(file);
    for (const one of [...entries, ...entries]) await forth.set(one);
    const text = await readFile(file, 'utf8');
    expect(text).toMatch(/[^\n]\n$/);
    for (const one of entries.toReversed()) await forth.set(one);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(forth.all().map(({ job }) => [job.root, job.specimen.id])).toEqual([
      [100, 'mlp/table3:adam'],
      [100, 'mlp/table3:sgd'],
      [101, 'mlp/table3:adam'],
    ]);
    const specimens = text.trim().split('\n').slice(1);
    expect(specimens.map((line) => line.split(',').slice(2, 4))).toEqual([
      ['100', 'mlp/table3:adam'],
      ['100', 'mlp/table3:sgd'],
      ['101', 'mlp/table3:adam'],
    ]);
  });

  it('drops lines of specimens that are no more', async () => {
    const ledger = await openLedger(file);
    await ledger.set(entry('mlp/table3:adam', 100));
    const text = await readFile(file, 'utf8');
    await writeFile(file, `${text.trim()}\n${text.split('\n')[1]?.replace('mlp/table3:adam', 'mlp/gone:adam')}\n`);
    const again = await openLedger(file);
    await again.set(entry('mlp/table3:sgd', 100));
    expect(await readFile(file, 'utf8')).not.toContain('gone');
  });

  it('keeps what another calibration wrote meanwhile', async () => {
    const [one, other] = [await openLedger(file), await openLedger(file)];
    await one.set(entry('mlp/table3:adam', 100));
    await other.set(entry('mlp/table3:sgd', 100));
    expect((await openLedger(file)).all()).toHaveLength(2);
  });

  it('keeps what was said of what is not as it must be', async () => {
    const said = 'readout-rate-unscaled at readout/kernel';
    const score = { outcome: 'detected', isCauseRight: true, isParameterRight: true, isExponentRight: true } as const;
    const right = entry('mlp/readout-standard:adam', 100, { score, said });
    const ledger = await openLedger(file);
    await ledger.set(right);
    await ledger.set(entry('mlp/table3:adam', 100, { score: { ...score, outcome: 'false-alarm' }, said }));
    const again = await openLedger(file);
    expect(again.all().map((one) => one.said)).toEqual([said, '']);
  });

  it('writes nothing where it has no file', async () => {
    const ledger = await openLedger(null);
    const one = entry('mlp/table3:adam', 100);
    await ledger.set(one);
    expect(ledger.get(one.job)).toBe(one);
  });
});
