import { describe, expect, it } from 'vitest';
import type { Analysis } from '../../src/analysis/analyze.js';
import { isolatedUpdateExponent } from '../../src/parametrization/calculus.js';
import { ABC } from '../../src/parametrization/abc.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import { judged, mlp } from './model.js';

const WORDS: Record<string, string> = {
  initExponent: 'init',
  learningRateExponent: 'rate',
  multiplierExponent: 'multiplier',
};

/** Every named fault: parameter, what to change, the exponent of width that mends it. */
const faults = (analysis: Analysis) =>
  judged(analysis)
    .diagnosis.flatMap(({ parameters, fix }) =>
      parameters.flatMap((name) => Object.entries(fix).map(([what, exponent]) => [name, WORDS[what], exponent])),
    )
    .toSorted((a, b) => a.join(' ').localeCompare(b.join(' ')));

const CONSTANT = { sgd: 0, sign: 0, muon: 0 };
const FAMILIES: OptimizerFamily[] = ['sgd', 'sign'];

describe('ownFaults, of a whole parametrization', () => {
  it.each(
    (['mup-table3', 'mup-table8', 'mup-table9', 'mean-field'] as const).flatMap((name) =>
      FAMILIES.map((f) => [name, f] as const),
    ),
  )('names nothing in %s under %s', (name, family) => {
    const analysis = mlp(name, family);
    expect(faults(analysis)).toEqual([]);
    expect(judged(analysis).verdict).toBe('pass');
  });

  it('derives Table 3 from SP under Adam: hidden and readout rates 1/n, readout init another 1/√n', () => {
    expect(faults(mlp('sp', 'sign'))).toEqual([
      ['hidden-1/kernel', 'rate', -1],
      ['hidden-2/kernel', 'rate', -1],
      ['readout/kernel', 'init', -0.5],
      ['readout/kernel', 'rate', -1],
    ]);
  });

  it('derives Table 3 from SP under SGD: input and vector rates n, readout rate 1/n and init another 1/√n', () => {
    expect(faults(mlp('sp', 'sgd'))).toEqual([
      ['hidden-1/bias', 'rate', 1],
      ['hidden-2/bias', 'rate', 1],
      ['input/bias', 'rate', 1],
      ['input/kernel', 'rate', 1],
      ['readout/kernel', 'init', -0.5],
      ['readout/kernel', 'rate', -1],
    ]);
  });

  it('derives mean field from NTK under SGD, up to a symmetry of the readout', () => {
    const hidden = ['hidden-1', 'hidden-2', 'input'].flatMap((layer) =>
      ['bias', 'kernel'].map((weight) => [`${layer}/${weight}`, 'rate', 1]),
    );
    expect(faults(mlp('ntk', 'sgd'))).toEqual([...hidden, ['readout/kernel', 'init', -0.5]]);
    const mended = {
      'readout/kernel': { b: 1 / 2 },
      ...rates(
        hidden.map(([name]) => String(name)),
        -1,
      ),
    };
    expect(faults(mlp('ntk', 'sgd', mended))).toEqual([]);
  });

  it('derives mean field from NTK under Adam, up to a symmetry of the readout', () => {
    expect(faults(mlp('ntk', 'sign'))).toEqual([
      ['hidden-1/kernel', 'rate', -0.5],
      ['hidden-2/kernel', 'rate', -0.5],
      // Init −½ and rate −½ in one.
      ['readout/kernel', 'multiplier', -0.5],
    ]);
  });
});

function rates(names: readonly string[], c: number) {
  return Object.fromEntries(names.map((name) => [name, { c: { sgd: c, sign: c, muon: c } }]));
}

describe('ownFaults, of a single bug', () => {
  it('names the readout alone where Table 8’s multiplier is missing under Adam', () => {
    expect(faults(mlp('mup-table8', 'sign', { 'readout/kernel': { a: 0 } }))).toEqual([
      ['readout/kernel', 'multiplier', -1],
    ]);
  });

  it('names the readout alone where Table 8’s multiplier is missing under SGD, though every gradient is off', () => {
    const analysis = mlp('mup-table8', 'sgd', { 'readout/kernel': { a: 0 } });
    expect(
      analysis.parameters.map(({ isolatedUpdate }) => Math.round(isolatedUpdate.fit?.slope ?? Number.NaN)),
    ).toEqual([1, 1, 1, 1, 1, 1, 2, 0]);
    expect(faults(analysis)).toEqual([['readout/kernel', 'multiplier', -1]]);
  });

  it.each(FAMILIES)('names each hidden layer once where a fixed init std compounds, under %s', (family) => {
    const analysis = mlp('mup-table3', family, { 'hidden-1/kernel': { b: 0 }, 'hidden-2/kernel': { b: 0 } });
    expect(analysis.parameters.filter((p) => p.parameter.endsWith('kernel')).map((p) => p.init.fit?.slope)).toEqual(
      [0, 0.5, 1, 0.5].map((slope) => expect.closeTo(slope, 6) as number),
    );
    const { diagnosis } = judged(analysis);
    expect(diagnosis).toHaveLength(1);
    expect(diagnosis[0]).toMatchObject({
      cause: 'hidden-init-unscaled',
      parameters: ['hidden-1/kernel', 'hidden-2/kernel'],
      fix: { initExponent: -0.5 },
    });
    expect(diagnosis[0]?.fix.learningRateExponent).toBeUndefined();
  });

  it('names the init of the one hidden layer whose std shrinks too fast', () => {
    expect(faults(mlp('mup-table3', 'sign', { 'hidden-1/kernel': { b: 1 } }))).toEqual([
      ['hidden-1/kernel', 'init', 0.5],
    ]);
  });

  it('names the one hidden rate that does not fall with width', () => {
    const analysis = mlp('mup-table3', 'sign', { 'hidden-2/kernel': { c: CONSTANT } });
    expect(faults(analysis)).toEqual([['hidden-2/kernel', 'rate', -1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('hidden-rate-unscaled');
  });

  it('names a hidden rate divided by √n instead of n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['hidden-2/kernel'], 1 / 2));
    expect(faults(analysis)).toEqual([['hidden-2/kernel', 'rate', -0.5]]);
  });

  it('names an embedding rate divided by n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['input/kernel'], 1));
    expect(faults(analysis)).toEqual([['input/kernel', 'rate', 1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('input-rate-overscaled');
  });

  it('names a norm gain’s rate divided by n', () => {
    const analysis = mlp('mup-table3', 'sign', rates(['hidden-1/bias'], 1));
    expect(faults(analysis)).toEqual([['hidden-1/bias', 'rate', 1]]);
    expect(judged(analysis).diagnosis[0]?.cause).toBe('vector-rate-overscaled');
  });

  it('names the init alone where only the readout’s rate was scaled', () => {
    expect(faults(mlp('mup-table3', 'sign', { 'readout/kernel': { b: 1 / 2 } }))).toEqual([
      ['readout/kernel', 'init', -0.5],
    ]);
  });

  it('names a readout that is scaled twice by its rate alone: a smaller initial readout is no fault', () => {
    expect(
      faults(mlp('mup-table8', 'sign', { 'readout/kernel': { a: 1, b: 1, c: { sgd: 0, sign: 1, muon: 0 } } })),
    ).toEqual([['readout/kernel', 'rate', 1]]);
  });

  it('does not name a small readout behind hidden layers that grow', () => {
    const hidden = { 'hidden-1/kernel': { b: 0 }, 'hidden-2/kernel': { b: 0 } };
    // Its input goes like n, its output like 1: more than n^-½, by n^½ less than the input's doing.
    expect(faults(mlp('mup-table3', 'sign', { ...hidden, 'readout/kernel': { b: 3 / 2 } }))).toEqual([
      ['hidden-1/kernel', 'init', -0.5],
      ['hidden-2/kernel', 'init', -0.5],
    ]);
  });

  it('takes nothing off a gradient’s size where the optimizer is not known', () => {
    const shifted = { ...mlp('sp', 'sgd') };
    shifted.runs = shifted.runs.map((run) => ({ ...run, optimizer: 'Muon' }));
    const slope = isolatedUpdateExponent('hidden', ABC.sp, 'sgd');
    expect(faults(shifted)).toContainEqual(['hidden-1/kernel', 'rate', -slope]);
  });
});
