import { describe, expect, it } from 'vitest';
import type { DepthAnalysis, DepthParameter, DepthSeries, DepthTap } from '../../src/analysis/analyze.js';
import { fitOf } from '../../src/analysis/fit.js';
import { judgeDepth } from '../../src/verdict/judge-depth.js';
import { verdictOf } from '../../src/verdict/summary.js';

const DEPTHS = [2, 4, 8, 16];
const SEEDS = [0, 1];

/** A series that goes exactly like depth^exponent. */
function along(exponent: number, tap: string): DepthSeries {
  const keys = DEPTHS.flatMap((depth) => SEEDS.map((seed) => ({ depth, width: 64, seed })));
  return {
    tap,
    step: 1,
    points: keys.map((key) => ({ ...key, log2Size: exponent * Math.log2(key.depth) })),
    fit: fitOf(keys.map(({ depth, seed }) => ({ width: depth, size: depth ** exponent, block: seed }))),
    reason: null,
  };
}

interface Exponents {
  /** Of the branch's multiplier, of updates inside it, and of the stream at init. */
  multiplier: number;
  inside: number;
  stream?: number;
}

function residual({ multiplier, inside, stream = 0 }: Exponents): DepthAnalysis {
  const parameter = (name: string, rest: Partial<DepthParameter>): DepthParameter => ({
    parameter: `${name}/kernel`,
    isRepeated: true,
    inside: along(inside, name),
    written: null,
    ...rest,
  });
  const taps: DepthTap[] = [
    { ...along(stream, 'block*'), quantity: 'activation' },
    { ...along(Math.max(0, 1 + multiplier + inside), 'block*'), quantity: 'centredChange' },
  ];
  const parameters = [
    parameter('embed', { isRepeated: false, inside: along(0, 'embed') }),
    parameter('block0.up', {}),
    parameter('block0.down', { written: along(multiplier + inside, 'block0') }),
  ];
  return { depths: DEPTHS, taps, parameters };
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
    expect(half?.text).toMatch(/goes like depth\^-0.5, expected depth\^-1: .* by depth\^-0.5/);
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
    const { parameters, ...rest } = residual({ multiplier: -1, inside: 0 });
    const result = judgeDepth({ ...rest, parameters: parameters.map((p) => ({ ...p, written: null })) });
    expect(result).toMatchObject({ outcome: 'inconclusive', form: null });
    expect(result?.text).toMatch(/tap the stream after every block/);
    expect(verdictOf({ gates: [], rules: [], depth: result, isDepthAlone: true })).toBe('inconclusive');
    const growing = residual({ multiplier: 0, inside: 0, stream: 0.5 });
    const unseen = { ...growing, parameters: growing.parameters.map((p) => ({ ...p, written: null })) };
    expect(judgeDepth(unseen)).toMatchObject({
      outcome: 'fail',
      text: expect.stringMatching(/^Along depth block\* goes like depth\^0.5/),
    });
  });

  it('is nothing where nothing was measured along depth', () => {
    expect(judgeDepth(null)).toBeNull();
  });
});
