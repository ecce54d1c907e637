import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/analysis/analyze.js';
import { fromRecorded } from '../../src/records/record.js';
import type { RecordSet } from '../../src/records/record-set.js';
import type { RunRecord } from '../../src/records/run.js';
import { atTap, runs, synthetic, TAPS, WIDTHS, type Law } from './synthetic.js';

/** The one series of `hidden`'s activation at step 0. */
async function activation(set: RecordSet) {
  const { taps } = await analyze(set);
  return taps[0];
}

/** What is found of the parameter that `atTap` makes rows of. */
async function kernel(set: RecordSet) {
  const { parameters } = await analyze(set);
  return parameters.find(({ parameter }) => parameter === 'dense/kernel')!;
}

function jitter(salt: number) {
  return ({ width, seed }: RunRecord) => width ** 0.5 * (1 + Math.abs(Math.sin(width * 7 + seed + salt)));
}

const ACTIVATION = { name: 'hidden', quantity: 'activation', step: 0 } as const;

describe('analyze: taps', () => {
  it('gives s = n^0.5 the slope 0.5, with every point', async () => {
    const series = await activation(synthetic([{ ...ACTIVATION, exponent: 0.5 }]));
    expect(series).toMatchObject({
      tap: 'hidden',
      quantity: 'activation',
      statistic: 'meanAbs',
      step: 0,
      reason: null,
    });
    expect(series.fit?.slope).toBeCloseTo(0.5, 12);
    expect(series.fit?.topSlope).toBeCloseTo(0.5, 12);
    expect(series.fit?.curvature).toBeCloseTo(0, 10);
    expect(series.fit?.degreesOfFreedom).toBe(3);
    expect(series.points).toHaveLength(6);
    expect(series.points[5]).toEqual({ width: 256, seed: 1, log2Size: Math.log2(3 * 16) });
  });

  it('lists them by forward order, quantity, statistic and step', async () => {
    const set = synthetic([
      { name: 'a-output', quantity: 'activation', step: 0 },
      { name: 'dense', quantity: 'centredChange', step: 1 },
      { name: 'dense', quantity: 'change', step: 10 },
      { name: 'dense', quantity: 'change', step: 2 },
      { name: 'dense', quantity: 'change', step: 2, statistic: 'rms' },
      { name: 'dense', quantity: 'activation', step: 0 },
    ]);
    const { taps } = await analyze({ ...set, rows: set.rows.toReversed() });
    expect(taps.map(({ tap, quantity, statistic, step }) => [tap, quantity, statistic, step])).toEqual([
      ['dense', 'activation', 'meanAbs', 0],
      ['dense', 'change', 'meanAbs', 2],
      ['dense', 'change', 'meanAbs', 10],
      ['dense', 'change', 'rms', 2],
      ['dense', 'centredChange', 'meanAbs', 1],
      ['a-output', 'activation', 'meanAbs', 0],
    ]);
  });

  it.each([
    ['exactly-zero', 0],
    ['non-finite', 'NaN'],
    ['non-finite', 'Infinity'],
    ['missing', null],
  ] as const)('fits nothing and says %s where one size is %s', async (reason, value) => {
    const at = (key: { width: number; seed: number }) => (key.width === 128 && key.seed === 1 ? value : 2);
    const series = await activation(synthetic([{ ...ACTIVATION, at }]));
    expect(series.fit).toBeNull();
    expect(series.reason).toBe(reason);
    const point = series.points.find(({ width, seed }) => width === 128 && seed === 1);
    expect(point?.log2Size ?? null).toBeNull();
    expect(series.points.filter(({ log2Size }) => log2Size === 1)).toHaveLength(5);
  });

  it('names a size that is not finite before one that is zero', async () => {
    const law = { ...ACTIVATION, at: ({ width }: RunRecord) => (width === 64 ? 'NaN' : 0) } satisfies Law;
    expect((await activation(synthetic([law]))).reason).toBe('non-finite');
  });

  it('says too-few-widths where runs have only two', async () => {
    const narrow = runs().filter(({ width }) => width < 256);
    const series = await activation(synthetic([ACTIVATION], narrow));
    expect(series).toMatchObject({ fit: null, reason: 'too-few-widths' });
  });

  it('does without runs that failed, and fits the rest', async () => {
    const some = runs(({ seed }) => (seed === 1 ? { state: 'failed', error: 'lost' } : {}));
    const law: Law = { ...ACTIVATION, at: ({ seed, width }) => (seed === 1 ? null : width) };
    const series = await activation(synthetic([law], some));
    expect(series.points).toHaveLength(3);
    expect(series.fit).toMatchObject({ slope: 1, degreesOfFreedom: 1 });
  });
});

describe('analyze: parameters', () => {
  it('tells infinite dimensions by their shapes', async () => {
    const { parameters } = await analyze(synthetic([]));
    expect(parameters.map(({ parameter, shape, infinite }) => [parameter, shape, infinite])).toEqual([
      ['hidden/kernel', [8, 64], [false, true]],
      ['dense/kernel', [64, 10], [true, false]],
    ]);
  });

  it('calls no dimension infinite where there is one width', async () => {
    const { parameters } = await analyze(synthetic([], runs().slice(0, 2)));
    expect(parameters.map(({ infinite }) => infinite)).toEqual([
      [false, false],
      [false, false],
    ]);
  });

  it('judges at the last tap that all runs count to its place, in forward order', async () => {
    const set = synthetic([
      atTap('isolatedUpdate', 'dense', { exponent: 1 }),
      atTap('isolatedUpdate', 'scale', { exponent: 0 }),
      // One run alone sees it unmixed as far as the output.
      atTap('isolatedUpdate', 'a-output', { at: ({ width, seed }) => (width === 64 && seed === 0 ? 1 : null) }),
      atTap('propagated', 'dense', { exponent: 1.5 }),
      atTap('propagated', 'scale', { exponent: 0.5 }),
      atTap('init', 'dense', { exponent: 0.5 }),
      atTap('init', 'scale', { exponent: -0.5 }),
    ]);
    const { ownPlace, places, isolatedUpdate, propagated, init } = await kernel(set);
    expect({ ownPlace, places }).toEqual({ ownPlace: 'scale', places: ['dense', 'scale'] });
    expect(isolatedUpdate).toMatchObject({ tap: 'scale', step: 1 });
    expect(isolatedUpdate.fit?.slope).toBeCloseTo(0, 12);
    expect(propagated).toMatchObject({ tap: 'scale', step: 1 });
    expect(propagated.fit?.slope).toBeCloseTo(0.5, 12);
    expect(init).toMatchObject({ tap: 'scale', step: 0 });
    expect(init.fit?.slope).toBeCloseTo(-0.5, 12);
  });

  it('judges init earlier where x₀ is no constant multiple further on', async () => {
    const { init } = await kernel(
      synthetic([
        ...['dense', 'scale'].map((tap) => atTap('isolatedUpdate', tap)),
        atTap('init', 'dense', { exponent: 0.5 }),
        atTap('init', 'scale', { at: ({ width }) => (width > 64 ? 1 : null) }),
      ]),
    );
    expect(init.tap).toBe('dense');
    expect(init.fit?.slope).toBeCloseTo(0.5, 12);
  });

  it('judges at the first step where no run has an update that is exactly zero', async () => {
    const { ownPlace, isolatedUpdate } = await kernel(
      synthetic([
        atTap('isolatedUpdate', 'a-output', { at: () => 0 }),
        atTap('isolatedUpdate', 'dense', { step: 2, exponent: 1 }),
        atTap('isolatedUpdate', 'dense', { step: 3, at: ({ width }) => (width === 64 ? 1 : null) }),
      ]),
    );
    expect(ownPlace).toBe('dense');
    expect(isolatedUpdate).toMatchObject({ step: 2, tap: 'dense', reason: null });
    expect(isolatedUpdate.fit?.slope).toBeCloseTo(1, 12);
  });

  it('says exactly-zero, not missing, of a parameter that never moves', async () => {
    const { isolatedUpdate } = await kernel(synthetic([atTap('isolatedUpdate', 'a-output', { at: () => 0 })]));
    expect(isolatedUpdate).toMatchObject({ fit: null, reason: 'exactly-zero' });
    expect(isolatedUpdate.points).toHaveLength(6);
  });

  it('says missing of a parameter that was not looked at, or not in every run', async () => {
    expect((await kernel(synthetic([]))).isolatedUpdate).toMatchObject({ tap: null, step: null, reason: 'missing' });
    const some = atTap('isolatedUpdate', 'dense', { at: ({ width }) => (width > 64 ? 1 : null) });
    expect((await kernel(synthetic([some]))).isolatedUpdate).toMatchObject({ fit: null, reason: 'missing' });
  });

  it('gives a diverged run no say in the place', async () => {
    const some = runs(({ width, seed }) => (width === 256 && seed === 1 ? { state: 'diverged' } : {}));
    const law = atTap('isolatedUpdate', 'dense', { at: ({ state, width }) => (state === 'finished' ? width : null) });
    const { ownPlace, isolatedUpdate } = await kernel(synthetic([law], some));
    expect(ownPlace).toBe('dense');
    expect(isolatedUpdate.points).toHaveLength(5);
    expect(isolatedUpdate.fit?.slope).toBeCloseTo(1, 12);
  });

  it("keeps the variable's own sizes step by step", async () => {
    const own = { subject: 'parameter', name: 'dense/kernel', statistic: 'rms' } as const;
    const { value, update, gradient } = await kernel(
      synthetic([
        { ...own, quantity: 'value', step: 0, exponent: -0.5 },
        ...[2, 1].map((step) => ({ ...own, quantity: 'update' as const, step, exponent: -step })),
        { ...own, quantity: 'gradient', step: 1, exponent: -1 },
      ]),
    );
    const slopes = (list: typeof update) =>
      list.map(({ step, tap, fit }) => [step, tap, Math.round(2 * fit!.slope) / 2]);
    expect(slopes(value)).toEqual([[0, null, -0.5]]);
    expect(slopes(update)).toEqual([
      [1, null, -1],
      [2, null, -2],
    ]);
    expect(slopes(gradient)).toEqual([[1, null, -1]]);
  });

  it('looks at each use of a tied parameter alone, listed by the run or not', async () => {
    const use = (name: string, summed: number[]) => ({ name, kind: 'product' as const, summed, input: null });
    for (const uses of [[use('kernel@in', [1]), use('kernel@out', [0])], undefined, []]) {
      const tied = runs(({ width }) => ({
        parameters: [{ name: 'dense/kernel', shape: [width, 10], layerClass: null, ...(uses && { uses }) }],
      }));
      const set = synthetic(
        [
          atTap('isolatedUpdate', 'dense', { use: 'kernel@in', exponent: 0 }),
          atTap('isolatedUpdate', 'a-output', { use: 'kernel@out', exponent: 1 }),
        ],
        tied,
      );
      const { parameters } = await analyze(set);
      const found = parameters.map((p) => [p.use, p.ownPlace, p.isolatedUpdate.fit?.slope.toFixed(6)]);
      expect(found).toEqual([
        ['kernel@in', 'dense', expect.stringMatching(/^-?0.000000$/)],
        ['kernel@out', 'a-output', '1.000000'],
      ]);
    }
  });

  it('calls inert what is inert in every finished run', async () => {
    const some = runs(({ width, seed }) => ({
      inert: ['hidden/kernel', ...(width === 64 ? ['dense/kernel'] : [])].slice(seed === 9 ? 1 : 0),
    }));
    expect((await analyze(synthetic([], some))).inert).toEqual(['hidden/kernel']);
    expect((await analyze(synthetic([]))).inert).toEqual([]);
  });
});

describe('analyze', () => {
  const noisy = synthetic([
    ...TAPS.map((name, i) => ({ name, quantity: 'change' as const, at: jitter(i) })),
    ...['dense', 'scale'].map((tap, i) => atTap('isolatedUpdate', tap, { at: jitter(10 + i) })),
  ]);

  it('gives plain data: JSON holds all of it', async () => {
    const analysis = await analyze(noisy);
    expect(JSON.parse(JSON.stringify(analysis))).toEqual(analysis);
  });

  it('does not depend on the order of runs and rows', async () => {
    const expected = await analyze(noisy);
    const shuffled = fc.tuple(
      fc.shuffledSubarray(noisy.runs, { minLength: noisy.runs.length }),
      fc.shuffledSubarray(noisy.rows, { minLength: noisy.rows.length }),
    );
    await fc.assert(
      fc.asyncProperty(shuffled, async ([someRuns, rows]) => {
        expect(await analyze({ header: noisy.header, runs: someRuns, rows })).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('has the same slopes and intervals where every size is scaled by one constant', async () => {
    const rows = noisy.rows.map((some) => ({ ...some, value: fromRecorded(some.value) * 1e-6 }));
    const [before, after] = [await analyze(noisy), await analyze({ ...noisy, rows })];
    after.taps.forEach(({ fit }, i) => {
      expect(fit?.slope).toBeCloseTo(before.taps[i].fit!.slope, 10);
      expect(fit?.standardError).toBeCloseTo(before.taps[i].fit!.standardError, 10);
      expect(fit?.curvature).toBeCloseTo(before.taps[i].fit!.curvature, 10);
    });
  });

  it('looks at one depth at a time, the shallowest unless told', async () => {
    const both = [2, 8].flatMap((depth) => runs(() => ({ depth })));
    const law: Law = { ...ACTIVATION, at: ({ depth, width }) => (depth === 2 ? 1 : width) };
    const set = synthetic([law], both);
    const [shallow, deep] = [await analyze(set), await analyze(set, { depth: 8 })];
    expect([shallow.depth, deep.depth]).toEqual([2, 8]);
    expect([shallow.taps[0].fit?.slope, deep.taps[0].fit?.slope]).toEqual([0, 1]);
    expect(shallow.taps[0].points).toHaveLength(2 * WIDTHS.length);
    expect(shallow.runs).toHaveLength(12);
  });

  it('gives empty tables for a set without runs', async () => {
    const empty = { runs: [], depth: null, taps: [], parameters: [], inert: [], alongDepth: null };
    expect(await analyze({ ...noisy, runs: [], rows: [] })).toEqual(empty);
  });
});
