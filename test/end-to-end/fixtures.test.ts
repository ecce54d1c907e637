import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/verdict/result.js';
import { checked, faults } from './checked.js';

describe('coordcheck on MNIST', () => {
  it.each(['mnist-mlp-mup-adam', 'mnist-mlp-mup-sgd', 'mnist-mlp-table9', 'mnist-cnn'])('passes %s', async (name) => {
    const { code, result } = await checked(name);
    expect(result.summary).toMatch(/in µP/);
    expect(result.diagnosis).toEqual([]);
    expect(result.verdict).toBe('pass');
    expect(code).toBe(0);
  });

  it('names the one unscaled hidden rate, and its exponent', async () => {
    const { code, result } = await checked('mnist-mlp-mup-adam-unscaled-rate');
    expect(faults(result)).toEqual([['dense_3/kernel', -1, null]]);
    expect(result.diagnosis[0]?.cause).toBe('hidden-rate-unscaled');
    expect(result.parameters.filter(({ outcome }) => outcome === 'fail').map((p) => p.parameter)).toEqual([
      'dense_3/kernel',
    ]);
    expect(code).toBe(1);
  });

  it('derives Table 3’s Adam rates and readout size from an SP model', async () => {
    const { code, result } = await checked('mnist-mlp-sp-adam');
    expect(faults(result)).toEqual(
      expect.arrayContaining([
        ['dense_2/kernel', -1, null],
        ['dense_3/kernel', -1, null],
        ['dense_4/kernel', -1, null],
        ['dense_4/kernel', 'init', -0.5],
      ]),
    );
    expect(faults(result)).toHaveLength(4);
    expect(code).toBe(1);
  });

  it('derives Table 3’s SGD rates and readout size from an SP model, the hidden ones being only symptoms', async () => {
    const { code, result } = await checked('mnist-mlp-sp-sgd');
    const vectors = [1, 2, 3].map((i) => [`dense_${i}/bias`, 1, null]);
    expect(faults(result)).toEqual(
      expect.arrayContaining([
        ['dense_1/kernel', 1, null],
        ['dense_4/kernel', -1, null],
        ['dense_4/kernel', 'init', -0.5],
        ...vectors,
      ]),
    );
    expect(faults(result)).toHaveLength(6);
    const hidden = result.parameters.find(({ parameter }) => parameter === 'dense_2/kernel');
    expect(hidden?.isolatedUpdate.outcome).toBe('fail');
    expect(hidden?.outcome).toBe('pass');
    expect(hidden?.reason).toMatch(/dense_4\/kernel/);
    expect(code).toBe(1);
  });

  it('names the rates and the readout size of an SP CNN', async () => {
    const { code, result } = await checked('mnist-cnn-sp');
    expect(faults(result)).toEqual(
      expect.arrayContaining([
        ['conv2d_2/kernel', -1, null],
        ['dense_1/kernel', -1, null],
        ['dense_1/kernel', 'init', -0.5],
      ]),
    );
    expect(faults(result)).toHaveLength(3);
    expect(code).toBe(1);
  });

  it('fails a µP model’s negative control', async () => {
    const { code } = await checked('mnist-mlp-mup-adam', ['--control', 'sp']);
    expect(code).toBe(1);
  });
});

describe('coordcheck on text', () => {
  it('passes a pre-LN transformer in µP', async () => {
    const { code, result } = await checked('text-transformer');
    expect(result.diagnosis).toEqual([]);
    expect(code).toBe(0);
  });

  it('names every hidden matrix and the readout of the same transformer in SP', async () => {
    const { code, result } = await checked('text-transformer-sp');
    const matrices = [0, 1].flatMap((block) =>
      ['attention.query', 'attention.key', 'attention.value', 'attention.output', 'mlp.up', 'mlp.down'].map(
        (name) => `block${block}.${name}/kernel`,
      ),
    );
    const expected = [...matrices, 'readout/kernel'].map((name) => [name, -1, null]);
    expect(faults(result)).toEqual(expect.arrayContaining([...expected, ['readout/kernel', 'init', -0.5]]));
    expect(faults(result)).toHaveLength(expected.length + 1);
    expect(code).toBe(1);
  });
});

describe('the engine', () => {
  it.each(['mnist-mlp-mup-adam', 'mnist-mlp-sp-sgd'])(
    'changes no slope of %s by 0.01, and no verdict',
    async (name) => {
      const results = await Promise.all(['onnx', 'wasm'].map((engine) => checked(name, ['--engine', engine])));
      const [a, b] = results.map(({ result }) => slopesOf(result));
      expect(results[0]?.result.verdict).toBe(results[1]?.result.verdict);
      expect(a?.length).toBeGreaterThan(80);
      expect(a?.map(([what]) => what)).toEqual(b?.map(([what]) => what));
      a?.forEach(([what, slope], i) => expect(Math.abs(slope - (b?.[i]?.[1] ?? Number.NaN)), what).toBeLessThan(0.01));
    },
  );
});

/** Every slope of a result, with what it is the slope of. */
function slopesOf({ taps, parameters }: CheckResult): [string, number][] {
  const quantities = ['init', 'isolatedUpdate', 'update', 'gradient'] as const;
  const all: [string, number | null][] = [
    ...taps.map((tap): [string, number | null] => [`${tap.tap} ${tap.quantity} ${tap.step}`, tap.slope]),
    ...parameters.flatMap((p) =>
      quantities.map((quantity): [string, number | null] => [`${p.parameter} ${quantity}`, p[quantity].slope]),
    ),
  ];
  return all.filter((entry): entry is [string, number] => entry[1] !== null);
}
