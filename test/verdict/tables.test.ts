import { describe, expect, it } from 'vitest';
import type { ParameterAnalysis } from '../../src/analysis/analyze.js';
import { analysisOf, judged, parameterSeries, tapSeries, type Exponents } from './model.js';

interface Positions extends Exponents {
  init: number;
  input: string | null;
}

/** Tokens of a wrong initial size unless said otherwise, and positions beside them, which show where the two are added. */
function embeddings(
  way: ParameterAnalysis['way'],
  { input, ...position }: Positions,
  token: Exponents = { init: -0.5 },
) {
  const lookup = { kind: 'lookup' as const, summed: [0] };
  const tokens = { ...parameterSeries('token/table', 'input', token), way: lookup };
  const positions = { ...parameterSeries('sum/positions', 'input', position), way, input };
  const taps = [
    ...tapSeries('token', { activation: token.init ?? 0, change: 0 }),
    ...tapSeries('sum', { activation: position.init, change: 0 }),
  ];
  return judged(analysisOf({ parameters: [tokens, positions], taps }));
}

const named = ({ diagnosis }: ReturnType<typeof embeddings>) =>
  diagnosis.map(({ cause, parameters, fix }) => ({ cause, parameters, fix }));

describe('judge, of a table beside one of a wrong initial size', () => {
  const tokens = { cause: 'input-init-overscaled', parameters: ['token/table'], fix: { initExponent: 0.5 } };

  it.each([
    ['added place by place', { kind: 'elementwise', summed: [] }, 'token'],
    ['looked up by an index', { kind: 'lookup', summed: [0] }, null],
  ] as const)('blames nothing on one that is %s and right', (_, way, input) => {
    // Between the constant size of positions and that of tokens, which falls.
    const result = embeddings({ ...way, summed: [...way.summed] }, { init: -0.13, value: 0, input });
    expect(result.verdict).toBe('fail');
    expect(named(result)).toEqual([tokens]);
  });

  it('blames nothing on one that is right where tokens grow', () => {
    const way = { kind: 'elementwise' as const, summed: [] };
    const result = embeddings(way, { init: 0.42, value: 0, input: 'token' }, { init: 0.5 });
    expect(named(result)).toEqual([{ ...tokens, cause: 'input-init-unscaled', fix: { initExponent: -0.5 } }]);
  });

  it('tells a multiplier of its own', () => {
    const way = { kind: 'elementwise' as const, summed: [] };
    const result = embeddings(way, { init: 0.42, value: 0, input: 'token', update: 0.5, rate: 0 }, { init: 0 });
    expect(named(result)).toEqual([
      { cause: 'input-multiplier-unscaled', parameters: ['sum/positions'], fix: { multiplierExponent: -0.5 } },
    ]);
  });

  it('blames one that is wrong, too', () => {
    const way = { kind: 'elementwise' as const, summed: [] };
    const result = embeddings(way, { init: -0.5, value: -0.5, input: 'token' });
    expect(named(result)).toEqual([{ ...tokens, parameters: ['token/table', 'sum/positions'] }]);
  });

  it('claims nothing of one that starts at zero', () => {
    const way = { kind: 'elementwise' as const, summed: [] };
    const zero = { init: -0.5, value: null, input: 'token' };
    expect(named(embeddings(way, zero))).toEqual([tokens]);
  });

  it('takes a gain, which has no rows, for none', () => {
    const gain = {
      ...parameterSeries('sum/gain', 'input', { init: -0.5, value: 0, update: -0.5, rate: 0 }),
      way: { kind: 'elementwise' as const, summed: [] },
      input: 'token',
      shape: [1, 64],
    };
    const table = {
      ...parameterSeries('token/table', 'input', { init: -0.5 }),
      way: { kind: 'lookup' as const, summed: [0] },
    };
    const taps = ['token', 'sum'].flatMap((tap) => tapSeries(tap, { activation: -0.5, change: 0 }));
    expect(named(judged(analysisOf({ parameters: [table, gain], taps })))).toEqual([tokens]);
  });

  it('still takes what a product inherits off', () => {
    const way = { kind: 'product' as const, summed: [0] };
    const result = embeddings(way, { init: -0.5, value: 0, input: 'token' });
    expect(named(result)).toEqual([tokens]);
  });
});
