import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordRow, RecordedNumber } from '../../src/records/record.js';
import { formatRecords, parseRecords, readRecords, writeRecords } from '../../src/records/records-file.js';
import { rowKey } from '../../src/records/record-set.js';
import { header, row, run } from './sample.js';

const set = { header: header(), runs: [run()], rows: [row(), row({ name: 'ant', value: 'NaN' })] };
const lines = formatRecords(set).trimEnd().split('\n');

/** Rows as text in an order of their own, so that two lists compare as sets. */
function canonical(rows: RecordRow[]): string[] {
  return rows.map((some) => `${rowKey(some)} ${some.value}`).toSorted();
}

describe('formatRecords', () => {
  it('writes the header, then runs, then rows, one JSON object a line', () => {
    const [first, second, ...rest] = lines.map((line) => JSON.parse(line));
    expect(first).toEqual(header());
    expect(second).toEqual(run());
    expect(rest).toEqual(set.rows);
  });

  it('keeps what a model holds fixed', () => {
    const frozen = [{ name: 'ant/kernel', shape: [64, 10], layerClass: 'Dense' }];
    const text = formatRecords({ ...set, runs: [run({ frozen })] });
    expect(parseRecords(text, 'here').runs).toEqual([run({ frozen })]);
  });

  it('spells out numbers that JSON lacks', () => {
    const text = formatRecords({
      header: header({ hyperparameters: { clip: Infinity } }),
      runs: [run({ loss: [1, NaN], learningRates: [NaN] })],
      rows: [row({ value: -Infinity })],
    });
    expect(text).not.toMatch(/[:[,](NaN|-?Infinity)/);
    const back = parseRecords(text, 'here');
    expect(back.runs[0]?.loss).toEqual([1, 'NaN']);
    expect(back.runs[0]?.learningRates).toEqual([null]);
    expect(back.rows[0]?.value).toBe('-Infinity');
    expect(back.header.config.hyperparameters).toEqual({ clip: 'Infinity' });
  });

  it('refuses two rows with the same key', () => {
    expect(() => formatRecords({ ...set, rows: [row(), row({ value: 1 })] })).toThrow(
      /change of zebra at step 1, width 64, seed 0, already stands in line 3/,
    );
  });
});

describe('parseRecords', () => {
  const value: fc.Arbitrary<RecordedNumber> = fc.oneof(
    fc.constantFrom<RecordedNumber>('NaN', 'Infinity', '-Infinity'),
    // -0 is no size and JSON writes it as 0.
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
  );
  const key = {
    width: fc.constantFrom(64, 128),
    depth: fc.constantFrom(null, 2),
    seed: fc.nat(2),
  };
  const rows = fc.uniqueArray(
    fc.record({
      ...key,
      step: fc.nat(3),
      subject: fc.constantFrom('tap' as const, 'parameter' as const),
      name: fc.oneof(fc.constantFrom('zebra', 'ant'), fc.string({ unit: 'grapheme' })),
      quantity: fc.constantFrom('change' as const, 'init' as const),
      statistic: fc.constantFrom('rms' as const, 'meanAbs' as const),
      value,
    }),
    { selector: (some) => rowKey(some), maxLength: 30 },
  );
  const runs = [64, 128].flatMap((width) =>
    [null, 2].flatMap((depth) => [0, 1, 2].map((seed) => run({ width, depth, seed }))),
  );

  it('undoes formatRecords, for lines in any order', () => {
    fc.assert(
      fc.property(rows, fc.infiniteStream(fc.nat()), (someRows, random) => {
        const text = formatRecords({ header: header(), runs, rows: someRows });
        const [first, ...rest] = text.trimEnd().split('\n');
        const order = new Map(rest.map((line) => [line, random.next().value]));
        const shuffled = rest.toSorted((a, b) => Number(order.get(a)) - Number(order.get(b)));
        const parsed = parseRecords([first, ...shuffled].join('\n'), 'here');
        expect(formatRecords(parsed)).toBe(text);
        expect(canonical(parsed.rows)).toEqual(canonical(someRows));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['an empty file', '', /here, line 1: the file is empty/],
    ['another first line', lines[1] ?? '', /here, line 1: it does not begin with the header of records/],
    [
      'the journal of a stopped check',
      `${lines[0]}\n${JSON.stringify({ run: {}, rows: [], durationMs: 1 })}`,
      /line 2: it is the journal of a check that was stopped; the same check with --resume goes on from it/,
    ],
    [
      'many faults with the first of them',
      `${lines[0]}\n${JSON.stringify({ subject: 'tap' })}`,
      /line 2: \w+: [^;]+; \w+: [^;]+; \w+: [^;]+; and \d+ more$/,
    ],
    [
      'a later schema',
      JSON.stringify({ ...header(), schemaVersion: 2 }),
      /line 1: schemaVersion is 2, and this version of coordcheck reads 1/,
    ],
    ['text that is no JSON', `${lines[0]}\noops`, /line 2: not JSON/],
    ['a bare NaN', `${lines[0]}\n{"subject": "tap", "value": NaN}`, /line 2: bare NaN is not JSON; write "NaN"/],
    ['an unknown field', `${lines.slice(0, 2).join('\n')}\n${JSON.stringify({ ...row(), wall: 3 })}`, /line 3: .*wall/],
    [
      'a wrong value',
      `${lines.slice(0, 2).join('\n')}\n${JSON.stringify({ ...row(), value: 'nan' })}`,
      /value: expected a finite/,
    ],
    [
      'a run given twice',
      `${lines.join('\n')}\n${lines[1]}`,
      /line 5: the run of width 64, seed 0 already stands in line 2/,
    ],
    ['a row given twice', `${lines.join('\n')}\n${lines[2]}`, /line 5: change of zebra .* already stands in line 3/],
    [
      'a file cut short',
      [lines[0], JSON.stringify({ ...JSON.parse(lines[1] ?? ''), rowCount: 2 }), lines[2]].join('\n'),
      /line 2: the run of width 64, seed 0 has 2 rows, but the file holds 1/,
    ],
    ['a row without its run', [lines[0], lines[2]].join('\n'), /line 2: no line gives the run of width 64, seed 0/],
  ])('refuses %s with file, line and reason', (_what, text, message) => {
    expect(() => parseRecords(text, 'here')).toThrow(expect.objectContaining({ code: 'RECORDS_INVALID' }));
    expect(() => parseRecords(text, 'here')).toThrow(message);
  });
});

describe('writeRecords', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coordcheck-records-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes what readRecords reads, and leaves no temporary file', async () => {
    const path = join(folder, 'a.records.ndjson');
    await writeRecords(path, set);
    expect(await readRecords(path)).toEqual(set);
    expect(await readdir(folder)).toEqual(['a.records.ndjson']);
  });

  it('leaves the old file as it was when the set is refused', async () => {
    const path = join(folder, 'b.records.ndjson');
    await writeFile(path, 'old');
    await expect(writeRecords(path, { ...set, runs: [] })).rejects.toThrow(/no line gives the run/);
    expect(await readFile(path, 'utf8')).toBe('old');
  });

  it('names the place that cannot be written or read', async () => {
    const path = join(folder, 'none', 'c.records.ndjson');
    await expect(writeRecords(path, set)).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE', exitCode: 2 });
    await expect(readRecords(path)).rejects.toMatchObject({ code: 'RECORDS_UNREADABLE', exitCode: 2 });
  });
});
