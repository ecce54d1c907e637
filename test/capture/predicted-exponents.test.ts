import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/analysis/analyze.js';
import { capture } from '../../src/capture/capture.js';
import { ABC } from '../../src/parametrization/abc.js';
import { initExponent, isolatedUpdateExponent } from '../../src/parametrization/calculus.js';
import { abcMlp, MATRICES } from './abc-mlp.js';

const WIDTHS = [64, 128, 256, 512, 1024];
const SEEDS = 6;

describe.each(['mup-table3', 'sp', 'ntk'] as const)('capture of an MLP in %s', (table) => {
  it.each(['sgd', 'sign'] as const)(
    'measures the exponents that the abc calculus predicts under %s',
    async (family) => {
      const { records } = await capture(abcMlp(table, family), {
        widths: WIDTHS,
        seeds: SEEDS,
        steps: 1,
        engine: 'wasm',
      });
      const { parameters } = await analyze(records);
      const measured = parameters.map(({ parameter, isolatedUpdate, init }) => ({
        parameter,
        isolated: isolatedUpdate.fit?.slope,
        init: init.fit?.slope,
      }));
      for (const { parameter, isolated, init } of measured) {
        const role = MATRICES[parameter as keyof typeof MATRICES];
        const predicted = isolatedUpdateExponent(role, ABC[table], family);
        const predictedInit = initExponent(role, ABC[table][role]) ?? Number.NaN;
        expect(Math.abs((isolated ?? Number.NaN) - predicted), `${parameter} isolated ${isolated}`).toBeLessThan(0.15);
        expect(Math.abs((init ?? Number.NaN) - predictedInit), `${parameter} init ${init}`).toBeLessThan(0.05);
      }
      expect(measured.map(({ parameter }) => parameter)).toEqual(Object.keys(MATRICES));
    },
  );
});
