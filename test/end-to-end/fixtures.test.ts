import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/verdict/result.js';
import { coordcheck, fixture, folderWith } from './cli.js';

/** Checks a fixture at its default settings. */
async function checked(name: string, seed = 0): Promise<{ code: number | null; result: CheckResult }> {
  const out = folderWith({});
  const { code, stderr } = await coordcheck([fixture(name), '--engine', 'wasm', '--seed', String(seed), '--out', out]);
  try {
    return { code, result: JSON.parse(readFileSync(join(out, `${name}.result.json`), 'utf8')) as CheckResult };
  } catch (error) {
    throw new Error(`no result of ${name}: ${stderr}`, { cause: error });
  }
}

const faults = ({ diagnosis }: CheckResult) =>
  diagnosis.flatMap(({ parameters, fix }) =>
    parameters.map((p) => [p, fix.learningRateExponent ?? 'init', fix.initExponent ?? null]),
  );

describe('coordcheck on MNIST', { timeout: 120_000 }, () => {
  it.each(['mnist-mlp-mup-adam', 'mnist-mlp-mup-sgd', 'mnist-mlp-table9'])('passes %s', async (name) => {
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

  it('fails a µP model’s negative control', async () => {
    const out = folderWith({});
    const { code } = await coordcheck([fixture('mnist-mlp-mup-adam'), '--control', 'sp', '--out', out]);
    expect(code).toBe(1);
  });
});
