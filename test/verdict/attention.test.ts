import { describe, expect, it } from 'vitest';
import type { TapAnalysis } from '../../src/analysis/analyze.js';
import { analysisOf, judged, parameterSeries, series, tapSeries } from './model.js';

interface Logits {
  /** Exponent of the logits at init; null: exactly 0, as with a zero query. */
  init: number | null;
  /** Exponent of what q·k is multiplied by. */
  factor: number;
  isGrowing: boolean;
}

/** A model with one attention, whose logits' change grows as it does while q aligns with k. */
function attention({ init, factor, isGrowing }: Logits, options: { optimizer?: string } = {}) {
  const product = { isInfinite: isGrowing, factor: series(factor, { step: 0 }) };
  const logits: TapAnalysis[] = [
    { ...series(init, { step: 0 }), tap: 'logits', step: 0, quantity: 'activation', product },
    { ...series(isGrowing ? 0.5 : 0), tap: 'logits', step: 1, quantity: 'centredChange', product },
  ];
  const parameters = [
    parameterSeries('query/kernel', 'hidden'),
    parameterSeries('readout/kernel', 'readout', { init: -0.5 }),
  ];
  const taps = [...tapSeries('query', { activation: 0, change: 0 }), ...logits];
  return judged(analysisOf({ parameters, taps }, options));
}

const atInit = (result: ReturnType<typeof judged>) =>
  result.taps.find(({ tap, step }) => tap === 'logits' && step === 0);

describe('judge, of attention logits', () => {
  it('asks them to shrink like 1/√d where the head size grows', () => {
    const result = attention({ init: -0.5, factor: -1, isGrowing: true });
    expect(result.verdict).toBe('pass');
    expect(atInit(result)).toMatchObject({ expected: -0.5, outcome: 'pass', isProduct: true });
  });

  it('names the scale 1/√d where the head size grows, and what mends it', () => {
    const result = attention({ init: 0, factor: -0.5, isGrowing: true });
    expect(result.verdict).toBe('fail');
    expect(result.diagnosis).toMatchObject([
      { cause: 'attention-logits-unscaled', taps: ['logits'], parameters: [], fix: { multiplierExponent: -0.5 } },
    ]);
    expect(result.summary).toMatch(/At fault: logits \(forward pass × width\^-0.5\)/);
  });

  it('takes 1/√d as right where the head size is the same at every width', () => {
    const result = attention({ init: 0, factor: 0, isGrowing: false });
    expect(result.verdict).toBe('pass');
    expect(atInit(result)).toMatchObject({ expected: 0 });
  });

  it('judges a zero query by what q·k is multiplied by', () => {
    const right = attention({ init: null, factor: -1, isGrowing: true });
    expect(right.verdict).toBe('pass');
    expect(atInit(right)).toMatchObject({ slope: -1, expected: -1, outcome: 'pass' });
    expect(atInit(right)?.reason).toMatch(/exactly 0 at init: judged by what q·k is multiplied by/);
    const wrong = attention({ init: null, factor: -0.5, isGrowing: true });
    expect(wrong.verdict).toBe('fail');
    expect(wrong.diagnosis[0]).toMatchObject({ cause: 'attention-logits-unscaled', fix: { multiplierExponent: -0.5 } });
  });

  it('shows how they change and does not judge it where the head size grows', () => {
    const { taps } = attention({ init: -0.5, factor: -1, isGrowing: true });
    expect(taps.find(({ quantity }) => quantity === 'centredChange')?.judged).toBe(true);
    expect(taps.find(({ tap, step }) => tap === 'logits' && step === 1)).toMatchObject({
      slope: 0.5,
      expected: null,
      judged: false,
    });
  });
});

describe('judge, of queries and keys', () => {
  const query = (aligned: number) => ({
    ...parameterSeries('query/kernel', 'hidden', { update: -0.5 }),
    alignedUpdate: series(aligned, { tap: 'query' }),
  });
  const result = (aligned: number, optimizer: string) =>
    judged(
      analysisOf(
        { parameters: [query(aligned)], taps: tapSeries('query', { activation: 0, change: 0 }) },
        { optimizer },
      ),
    );

  it('takes their update at the size of the values’ gradient where it follows the gradient', () => {
    const [parameter] = result(0, 'SGD').parameters;
    expect(parameter).toMatchObject({ outcome: 'pass', isolatedUpdate: { slope: expect.closeTo(0, 9) } });
    expect(parameter?.reason).toMatch(/values’ gradient/);
    expect(result(-0.5, 'SGD').verdict).toBe('fail');
  });

  it('takes it as it is where the update does not follow the gradient', () => {
    expect(result(0, 'Adam').parameters[0]).toMatchObject({
      outcome: 'fail',
      isolatedUpdate: { slope: expect.closeTo(-0.5, 9) },
    });
  });
});

describe('judge, of a readout tied to the embedding', () => {
  const tied = (init: number, update: number) => {
    const table = (use: string, kind: 'lookup' | 'product', summed: number[]) => ({
      ...parameterSeries('table/embeddings', 'input', kind === 'product' ? { init, update, rate: 0 } : {}),
      use,
      isTied: true,
      way: { kind, summed },
    });
    const parameters = [
      table('embedding', 'lookup', [0]),
      { ...table('output', 'product', [1]), ownPlace: 'output', places: ['output'] },
    ];
    const taps = [
      ...tapSeries('embedding', { activation: 0, change: 0 }),
      ...tapSeries('output', { activation: init, change: update }),
    ];
    return judged(analysisOf({ parameters, taps }));
  };

  it('accepts any initial output that does not grow', () => {
    expect(tied(-0.5, 0).verdict).toBe('pass');
    expect(tied(0, 0).verdict).toBe('pass');
    expect(tied(0, 0).parameters.map(({ role }) => role)).toEqual(['input', 'readout']);
  });

  it('names a missing 1/width at that use alone, and asks for it in the forward pass', () => {
    const result = tied(0.5, 1);
    expect(result.diagnosis).toMatchObject([
      { cause: 'tied-readout-unscaled', parameters: ['table/embeddings@output'], fix: { multiplierExponent: -1 } },
    ]);
    expect(result.parameters.map(({ use, outcome }) => [use, outcome])).toEqual([
      ['embedding', 'pass'],
      ['output', 'fail'],
    ]);
  });

  it('folds what its gradient does to everything upstream under it, where updates follow the gradient', () => {
    const table = (use: string, way: { kind: 'lookup' | 'product'; summed: number[] }, exponents: object) => ({
      ...parameterSeries('table/embeddings', 'input', exponents),
      use,
      isTied: true,
      way,
    });
    // SP under SGD: the embedding needs rate m, the hidden matrix 1, but the gradient of both is m times too large.
    const parameters = [
      {
        ...table('embedding', { kind: 'lookup', summed: [0] }, { update: 0, rate: 0 }),
        ownPlace: 'embedding',
        places: ['embedding'],
      },
      {
        ...table('output', { kind: 'product', summed: [1] }, { init: 0.5, update: 1, rate: 0 }),
        ownPlace: 'output',
        places: ['output'],
      },
      parameterSeries('hidden/kernel', 'hidden', { update: 1 }),
    ];
    const taps = ['embedding', 'hidden', 'output'].flatMap((tap) =>
      tapSeries(tap, { activation: tap === 'output' ? 0.5 : 0, change: 0 }),
    );
    const result = judged(analysisOf({ parameters, taps }, { optimizer: 'SGD' }));
    expect(result.diagnosis).toMatchObject([
      { cause: 'tied-readout-unscaled', fix: { multiplierExponent: -1 } },
      { cause: 'input-rate-overscaled', parameters: ['table/embeddings@embedding'], fix: { learningRateExponent: 1 } },
    ]);
    expect(result.parameters.find(({ parameter }) => parameter === 'hidden/kernel')).toMatchObject({
      outcome: 'pass',
      reason: 'a symptom of table/embeddings@output',
    });
  });
});
