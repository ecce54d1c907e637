import { describe, expect, it } from 'vitest';
import { ABC, type AbcTable, type ParametrizationName } from '../../src/parametrization/abc.js';
import {
  epsilonExponent,
  initExponent,
  isolatedUpdateExponent,
  predictExponents,
  propagatedExponent,
} from '../../src/parametrization/calculus.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import type { Role } from '../../src/parametrization/role.js';

const MATRICES = ['input', 'hidden', 'readout'] as const;

function isolated(name: ParametrizationName, family: OptimizerFamily, roles: readonly Role[] = MATRICES): number[] {
  return roles.map((role) => isolatedUpdateExponent(role, ABC[name], family));
}

describe('isolatedUpdateExponent', () => {
  it('is -1/2, +1/2, +1 for SP under SGD', () => expect(isolated('sp', 'sgd')).toEqual([-0.5, 0.5, 1]));
  it('is 0, 1, 1 for SP under Adam', () => expect(isolated('sp', 'sign')).toEqual([0, 1, 1]));
  it('is -1/2, 0, +1/2 for SP where every matrix is orthogonalised, and 0 for vectors', () => {
    expect(isolated('sp', 'muon')).toEqual([-0.5, 0, 0.5]);
    expect(isolated('sp', 'muon', ['vector', 'scalar'])).toEqual([0, 0]);
  });

  it('is -1/2, -1/2, 0 for NTK under SGD', () => expect(isolated('ntk', 'sgd')).toEqual([-0.5, -0.5, 0]));

  it.each(['mup-table3', 'mup-table8', 'mup-table9', 'mean-field'] as const)(
    'is 0 for every role of %s, under every family',
    (name) => {
      const roles = [...MATRICES, 'vector', 'scalar'] as const;
      for (const family of ['sgd', 'sign', 'muon'] as const)
        expect(isolated(name, family, roles), family).toEqual([0, 0, 0, 0, 0]);
    },
  );

  it('names the bug of a Table 8 readout without its multiplier: +1 upstream, +2 at the readout under SGD', () => {
    const table = changed('mup-table8', 'readout', { a: 0 });
    expect(MATRICES.map((role) => isolatedUpdateExponent(role, table, 'sgd'))).toEqual([1, 1, 2]);
    expect(MATRICES.map((role) => isolatedUpdateExponent(role, table, 'sign'))).toEqual([0, 0, 1]);
  });

  it('names a hidden rate left unscaled: +1 there and nowhere else', () => {
    const table = changed('mup-table3', 'hidden', { c: { sgd: 0, sign: 0, muon: 0 } });
    expect(MATRICES.map((role) => isolatedUpdateExponent(role, table, 'sign'))).toEqual([0, 1, 0]);
  });

  it('is unchanged by the symmetry multiplier·θ, std/θ, SGD rate/θ², Adam and Muon rate/θ', () => {
    for (const theta of [-1, -0.5, 0.5, 1]) {
      const { a, b, c } = ABC['mup-table3'].readout;
      const rates = { sgd: c.sgd + 2 * theta, sign: c.sign + theta, muon: c.muon + theta };
      const moved = { a: a - theta, b: b + theta, c: rates };
      const table = changed('mup-table3', 'readout', moved);
      for (const family of ['sgd', 'sign', 'muon'] as const)
        expect(MATRICES.map((role) => isolatedUpdateExponent(role, table, family))).toEqual([0, 0, 0]);
    }
  });
});

describe('initExponent', () => {
  it('is 0 at hidden taps and -1/2 at the readout in every µP form', () => {
    for (const name of ['mup-table3', 'mup-table8', 'mup-table9'] as const)
      expect(MATRICES.map((role) => initExponent(role, ABC[name][role]))).toEqual([0, 0, -0.5]);
  });

  it('is 0 everywhere in SP and NTK', () => {
    for (const name of ['sp', 'ntk'] as const)
      expect(MATRICES.map((role) => initExponent(role, ABC[name][role]))).toEqual([0, 0, 0]);
  });

  it('is not defined for vectors', () => expect(initExponent('vector', ABC.sp.vector)).toBeNull());
});

describe('propagatedExponent', () => {
  it('is +1/2 at the SP readout and 0 at the µP readout', () => {
    expect(propagatedExponent('readout', ABC.sp.readout, 0)).toBe(0.5);
    expect(propagatedExponent('readout', ABC['mup-table3'].readout, 0)).toBe(0);
    expect(propagatedExponent('readout', ABC['mup-table8'].readout, 0)).toBe(0);
  });

  it('passes an upstream change on through a hidden matrix', () =>
    expect(propagatedExponent('hidden', ABC['mup-table3'].hidden, 1)).toBe(1));
});

describe('epsilonExponent', () => {
  const roles = ['input', 'hidden', 'vector', 'readout'] as const;
  it.each([
    ['mup-table3', [-1, -1, -1, 0]],
    ['mup-table8', [-1, -1, -1, -1]],
    ['mup-table9', [-0.5, -1, -1, -0.5]],
  ] as const)('follows the gradient in %s', (name, expected) =>
    expect(roles.map((role) => epsilonExponent(role, ABC[name]))).toEqual(expected),
  );
});

describe('predictExponents', () => {
  it('gathers the three exponents of a role', () =>
    expect(predictExponents('readout', ABC.sp, 'sign')).toEqual({ init: 0, isolatedUpdate: 1, propagated: 0.5 }));
});

function changed(name: ParametrizationName, role: Role, change: Partial<AbcTable[Role]>): AbcTable {
  return { ...ABC[name], [role]: { ...ABC[name][role], ...change } };
}
