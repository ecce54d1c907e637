import { describe, expect, it } from 'vitest';
import { analyze } from '../../src/analysis/analyze.js';
import { nearestHalfInteger, TOLERANCE } from '../../src/analysis/half-integer.js';
import { capture } from '../../src/capture/capture.js';
import { ABC } from '../../src/parametrization/abc.js';
import { isolatedUpdateExponent } from '../../src/parametrization/calculus.js';
import { familyByGradient, familyOfRole } from '../../src/parametrization/optimizer-family.js';
import type { Role } from '../../src/parametrization/role.js';
import { optimizedMlp, OPTIMIZERS, ROLES, type OptimizerCase } from './optimized-mlp.js';

const OPTIONS = { widths: [32, 64, 128, 256], seeds: 3, steps: 1 };

/** Each parameter's slope of its isolated update, and RMS of its gradient in every run. */
async function measure(optimizer: OptimizerCase, control: { control?: 'sp' } = {}) {
  const { records } = await capture(optimizedMlp(optimizer), { ...OPTIONS, ...control });
  const { parameters } = await analyze(records);
  expect(parameters.map(({ parameter }) => parameter)).toEqual(Object.keys(ROLES));
  return parameters.map(({ parameter, isolatedUpdate, gradient }) => ({
    parameter,
    role: ROLES[parameter as keyof typeof ROLES],
    slope: isolatedUpdate.fit?.slope ?? Number.NaN,
    gradients: (gradient[0]?.points ?? []).map(({ log2Size }) => 2 ** (log2Size ?? Number.NaN)),
  }));
}

/** The exponent in SP by theory; NaN where a gradient lies between the two rows at some width. */
function predicted(optimizer: OptimizerCase, role: Role, gradients: readonly number[]): number {
  const families = new Set(gradients.map((size) => optimizer.family ?? familyByGradient(optimizer.className, size)));
  const [family] = families;
  if (families.size !== 1 || family === null || family === undefined) return Number.NaN;
  return isolatedUpdateExponent(role, ABC.sp, familyOfRole(family, role));
}

describe.each(OPTIMIZERS)('capture of an MLP under $name', (optimizer) => {
  it('measures isolated updates that are independent of width in µP', async () => {
    for (const { parameter, slope } of await measure(optimizer))
      expect(Math.abs(slope), `${parameter} ${slope}`).toBeLessThan(TOLERANCE);
  });

  it('measures the exponents that the calculus predicts in SP, some of them not 0', async () => {
    const measured = await measure(optimizer, { control: 'sp' });
    const expected = measured.map(({ parameter, role, gradients }) => [
      parameter,
      predicted(optimizer, role, gradients),
    ]);
    expect(measured.map(({ parameter, slope }) => [parameter, nearestHalfInteger(slope)])).toEqual(expected);
    expect(expected.some(([, exponent]) => exponent !== 0)).toBe(true);
  });
});
