import { describe, expect, it } from 'vitest';
import type { DepthAnalysis, DepthParameter, DepthReading, DepthTap } from '../../src/analysis/analyze.js';
import { judgeDepth } from '../../src/verdict/judge-depth.js';
import { verdictOf } from '../../src/verdict/summary.js';

const DEPTHS = [2, 4, 8, 16];
const SEEDS = [0, 1];
const RUNS = DEPTHS.flatMap((depth) => SEEDS.map((seed) => ({ depth, width: 64, seed })));

interface Exponents {
  /** Of the branch's multiplier, of updates inside it, of its last matrix's initial values, of the stream at init. */
  multiplier: number;
  inside: number;
  initial?: number;
  stream?: number;
  /** Of the update of the last matrix, where it is not that of the others. */
  last?: number;
  stage?: number;
  name?: string;
  place?: 'block' | 'shared';
}

/** Sizes of a parameter of every block that go exactly like powers of depth. */
function readings(
  nameAt: (block: number) => string,
  { inside, written = null, initial = 0 }: { inside: number; written?: number | null; initial?: number },
): DepthReading[] {
  return RUNS.flatMap((run) =>
    Array.from({ length: run.depth }, (_, block) => ({
      ...run,
      parameter: nameAt(block),
      isInert: false,
      inside: run.depth ** inside,
      written: written === null ? null : run.depth ** written,
      initial: run.depth ** initial,
    })),
  );
}

/** The taps and parameters of one stage of a residual network. */
function stageOf({ multiplier, inside, last = inside, initial = 0, stream = 0, ...rest }: Exponents) {
  const { stage = 0, name = 'block', place = 'block' } = rest;
  const tap = (quantity: DepthTap['quantity'], exponent: number): DepthTap => {
    const arriving = RUNS.map((run) => ({ ...run, name: `${name}${run.depth - 1}`, size: run.depth ** exponent }));
    return { quantity, tap: `${name}*`, stage, step: 1, readings: arriving };
  };
  const parameter = (of: string, written: number | null): DepthParameter => ({
    parameter: `${name}*.${of}/kernel`,
    place,
    stage,
    taps: { inside: `${name}*.${of}`, written: written === null ? null : `${name}*` },
    step: 1,
    readings: readings((block) => `${name}${block}.${of}/kernel`, {
      inside: written === null ? inside : last,
      written,
      initial: written === null ? 0 : initial,
    }),
  });
  return {
    taps: [tap('activation', stream), tap('centredChange', Math.max(0, 1 + multiplier + last))],
    parameters: [parameter('up', null), parameter('down', multiplier + last)],
  };
}

function residual(...stages: Exponents[]): DepthAnalysis {
  const found = stages.map((stage, i) => stageOf({ ...stage, stage: i }));
  const embed: DepthParameter = {
    parameter: 'embed/kernel',
    place: 'outside',
    stage: 0,
    taps: { inside: 'embed', written: null },
    step: 1,
    readings: readings(() => 'embed/kernel', { inside: 0 }),
  };
  return {
    depths: DEPTHS,
    streams: stages.map(({ name = 'block' }) => `${name}*`),
    taps: found.flatMap(({ taps }) => taps),
    parameters: [embed, ...found.flatMap(({ parameters }) => parameters)],
  };
}

describe('judgeDepth', () => {
  it.each([
    ['CompleteP', { multiplier: -1, inside: 0 }],
    ['depth-µP', { multiplier: -0.5, inside: -0.5 }],
  ] as const)('passes %s and names it', (form, exponents) => {
    const result = judgeDepth(residual(exponents));
    expect(result).toMatchObject({ outcome: 'pass', form });
    expect(result?.text).toBe(`Residual branches are scaled with depth in the form of ${form}.`);
    expect(verdictOf({ gates: [], rules: [], depth: result, isDepthAlone: true })).toBe('pass');
  });

  it('fails unscaled branches, and says what to multiply by what', () => {
    const result = judgeDepth(residual({ multiplier: 0, inside: 0, stream: 0.5 }));
    expect(result).toMatchObject({ outcome: 'fail', form: 'unscaled' });
    expect(result?.text).toMatch(/written|writes/);
    expect(result?.text).toMatch(/Multiply every branch by 1\/depth/);
    expect(result?.slopes.filter(({ outcome }) => outcome === 'fail').map(({ quantity }) => quantity)).toEqual([
      'activation',
      'centredChange',
      'written',
    ]);
    expect(verdictOf({ gates: [], rules: [], depth: result, isDepthAlone: true })).toBe('fail');
  });

  it('fails a multiplier without its rate, with the power that is missing, and one with too much', () => {
    const half = judgeDepth(residual({ multiplier: -0.5, inside: 0 }));
    expect(half).toMatchObject({ outcome: 'fail', form: 'other' });
    expect(half?.text).toMatch(/goes like depth\^-0.5, expected depth\^-1 .*: .* by depth\^-0.5/);
    const frozen = judgeDepth(residual({ multiplier: -1, inside: -0.5 }));
    expect(frozen?.outcome).toBe('fail');
    expect(frozen?.text).toMatch(/by depth\^0.5/);
  });

  it('fails a stream that grows at init though updates are right', () => {
    const result = judgeDepth(residual({ multiplier: -1, inside: 0, stream: 0.5 }));
    expect(result?.outcome).toBe('fail');
    expect(result?.text).toMatch(/^Along depth block\* goes like depth\^0.5, expected depth\^0\.$/);
  });

  it('proves nothing where no tap shows a stream', () => {
    const unseen = (analysis: DepthAnalysis): DepthAnalysis => ({
      ...analysis,
      streams: [null],
      parameters: analysis.parameters.map((p) => ({ ...p, taps: { ...p.taps, written: null } })),
    });
    const result = judgeDepth(unseen(residual({ multiplier: -1, inside: 0 })));
    expect(result).toMatchObject({ outcome: 'inconclusive', form: null });
    expect(result?.text).toMatch(/tap the stream after every block/);
    expect(verdictOf({ gates: [], rules: [], depth: result, isDepthAlone: true })).toBe('inconclusive');
    expect(judgeDepth(unseen(residual({ multiplier: 0, inside: 0, stream: 0.5 })))).toMatchObject({
      outcome: 'fail',
      text: expect.stringMatching(/^Along depth block\* goes like depth\^0.5/),
    });
  });

  it('is nothing where nothing was measured along depth', () => {
    expect(judgeDepth(null)).toBeNull();
  });

  describe('of initial values that scale the branch', () => {
    it('names GPT-2, whose updates are not scaled, and passes it with the rates that belong to it', () => {
      const gpt2 = judgeDepth(residual({ multiplier: 0, inside: 0, initial: -0.5 }));
      expect(gpt2).toMatchObject({ outcome: 'fail', form: 'GPT-2' });
      expect(gpt2?.text).toMatch(/initial values of their last matrix alone, as in GPT-2/);
      // W = L^-½·w trains as a multiplier of L^-½: Adam moves w at L^-½, so W at 1/L.
      const mended = judgeDepth(residual({ multiplier: 0, inside: -0.5, last: -1, initial: -0.5 }));
      expect(mended).toMatchObject({ outcome: 'pass', form: 'depth-µP' });
    });

    it('says in words what was seen of branches of no known form', () => {
      const result = judgeDepth(residual({ multiplier: -0.5, inside: 0, initial: -1 }));
      expect(result).toMatchObject({ outcome: 'fail', form: 'other' });
      expect(result?.text).toMatch(
        /branches are multiplied by depth\^-0.5, their last parameter starts like depth\^-1/,
      );
    });
  });

  describe('of several streams', () => {
    const COMPLETE_P = { multiplier: -1, inside: 0 };

    it('judges each, and tells them apart by name', () => {
      const encoder = { ...COMPLETE_P, name: 'encoder.block' };
      const decoder = { multiplier: 0, inside: 0, stream: 0.5, name: 'decoder.block' };
      const result = judgeDepth(residual(encoder, decoder));
      expect(result).toMatchObject({ outcome: 'fail', form: null });
      expect(result?.streams).toEqual([
        { stream: 'encoder.block*', outcome: 'pass', form: 'CompleteP' },
        { stream: 'decoder.block*', outcome: 'fail', form: 'unscaled' },
      ]);
      expect(result?.text).toMatch(
        /^In encoder\.block\*: residual branches are scaled with depth in the form of CompleteP\. /,
      );
      expect(result?.text).toMatch(/ In decoder\.block\*: residual branches are not scaled with depth/);
    });

    it('says what is outside all streams where it is at fault', () => {
      const analysis = residual({ ...COMPLETE_P, name: 'a' }, { ...COMPLETE_P, name: 'b' });
      const [embed, ...rest] = analysis.parameters;
      const grown = { ...embed, readings: embed.readings.map((one) => ({ ...one, inside: one.depth })) };
      const result = judgeDepth({ ...analysis, parameters: [grown, ...rest] });
      expect(result).toMatchObject({ outcome: 'fail', form: 'CompleteP' });
      expect(result?.text).toMatch(/ In the rest: along depth embed\/kernel goes like depth\^1, expected depth\^0\.$/);
    });

    it('says once what holds for all', () => {
      const result = judgeDepth(residual({ ...COMPLETE_P, name: 'a' }, { ...COMPLETE_P, name: 'b' }));
      expect(result).toMatchObject({ outcome: 'pass', form: 'CompleteP' });
      expect(result?.text).toBe('Residual branches are scaled with depth in the form of CompleteP.');
    });
  });

  describe('of weights that all blocks share', () => {
    it('passes branches by 1/depth', () => {
      const result = judgeDepth(residual({ multiplier: -1, inside: 0, place: 'shared' }));
      expect(result).toMatchObject({ outcome: 'pass', form: 'CompleteP' });
    });

    it('fails branches by 1/√depth, whose sum grows like √depth', () => {
      const result = judgeDepth(residual({ multiplier: -0.5, inside: -0.5, stream: 0.5, place: 'shared' }));
      expect(result?.outcome).toBe('fail');
      expect(result?.text).toMatch(/^Blocks share their weights.*Multiply every branch by 1\/depth/);
    });
  });

  describe('of what the user declared', () => {
    const UNSCALED = residual({ multiplier: 0, inside: 0, stream: 0.5 });
    const outcomes = (expect_: Parameters<typeof judgeDepth>[1], analysis = UNSCALED) =>
      judgeDepth(analysis, expect_)?.slopes.map(({ tap, parameter, outcome, declared }) => [
        parameter ?? tap,
        outcome,
        declared,
      ]);

    it('judges neither taps nor parameters, and shows them as declared', () => {
      expect(outcomes({ 'block*': 'ignore', embed: 'frozen' })).toEqual([
        ['block*', 'inapplicable', 'ignore'],
        ['block*', 'inapplicable', 'ignore'],
        ['embed/kernel', 'pass', null],
        ['block*.up/kernel', 'inapplicable', 'ignore'],
        ['block*.down/kernel', 'inapplicable', 'ignore'],
        ['block*.down/kernel', 'inapplicable', 'ignore'],
      ]);
      expect(judgeDepth(UNSCALED, { 'embed/*': 'frozen' })?.slopes[2]).toMatchObject({
        outcome: 'inapplicable',
        declared: 'frozen',
        reason: 'declared frozen',
      });
    });

    it('judges the blocks that are left, where only some are declared', () => {
      const analysis = residual({ multiplier: -1, inside: 0 });
      const odd = analysis.parameters.map((p) => ({
        ...p,
        readings: p.readings.map((one) =>
          one.parameter.startsWith('block1.up') ? { ...one, inside: one.depth ** 8 } : one,
        ),
      }));
      const partly = { ...analysis, parameters: odd };
      expect(judgeDepth(partly)?.outcome).not.toBe('pass');
      const result = judgeDepth(partly, { 'block1.*': 'frozen' });
      expect(result).toMatchObject({ outcome: 'pass', form: 'CompleteP' });
      expect(result?.slopes.find(({ parameter }) => parameter === 'block*.up/kernel')).toMatchObject({
        outcome: 'pass',
        declared: 'frozen',
        reason: 'declared frozen in part: the rest is judged',
      });
    });
  });

  it('does not judge what is inert', () => {
    const analysis = residual({ multiplier: -1, inside: 0 });
    const [embed, ...rest] = analysis.parameters;
    const inert = { ...embed, readings: embed.readings.map((one) => ({ ...one, isInert: true, inside: one.depth })) };
    const result = judgeDepth({ ...analysis, parameters: [inert, ...rest] });
    expect(result?.outcome).toBe('pass');
    expect(result?.slopes.find(({ parameter }) => parameter === 'embed/kernel')?.reason).toMatch(/^inert/);
  });
});
