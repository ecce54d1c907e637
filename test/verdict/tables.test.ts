import { describe, expect, it } from 'vitest';
import type { ParameterAnalysis } from '../../src/analysis/analyze.js';
import { analysisOf, judged, parameterSeries, tapSeries } from './model.js';

/** Tokens of a wrong initial size, and positions beside them, which show where the two are added. */
function embeddings(way: ParameterAnalysis['way'], position: { init: number; value: number; input: string | null }) {
  const tokens = {
    ...parameterSeries('token/table', 'input', { init: -0.5 }),
    way: { kind: 'lookup' as const, summed: [0] },
  };
  const { init, value, input } = position;
  const positions = { ...parameterSeries('sum/positions', 'input', { init, value }), way, input };
  const taps = [
    ...tapSeries('token', { activation: -0.5, change: 0 }),
    ...tapSeries('sum', { activation: init, change: 0 }),
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

  it('blames one that is wrong, too', () => {
    const way = { kind: 'elementwise' as const, summed: [] };
    const result = embeddings(way, { init: -0.5, value: -0.5, input: 'token' });
    expect(named(result)).toEqual([{ ...tokens, parameters: ['token/table', 'sum/positions'] }]);
  });

  it('still takes what a product inherits off', () => {
    const way = { kind: 'product' as const, summed: [0] };
    const result = embeddings(way, { init: -0.5, value: 0, input: 'token' });
    expect(named(result)).toEqual([tokens]);
  });
});
