import type { OptimizerFamily } from './optimizer-family.js';
import type { Role } from './role.js';

/**
 * Width exponents of one role: effective weight W = n^-a · w, initial std of w ∝ n^-b, learning rate ∝ n^-c.
 *
 * n is the width multiplier, so constants at base width are whatever the user chose.
 */
export interface Abc {
  a: number;
  b: number;
  c: Readonly<Record<OptimizerFamily, number>>;
}

/** A parametrization: exponents for every role. */
export type AbcTable = Readonly<Record<Role, Abc>>;

/** The parametrizations the table holds. `mup-table8` is the form of the `mup` package. */
export type ParametrizationName = 'sp' | 'mup-table3' | 'mup-table8' | 'mup-table9' | 'ntk' | 'mean-field';

const abc = (a: number, b: number, c: Abc['c']): Abc => ({ a, b, c });

const NO_RATE = { sgd: 0, sign: 0, muon: 0 };

/** Readout biases and other parameters of finite shape: nothing about them depends on width. */
const SCALAR = abc(0, 0, NO_RATE);

/** One infinite dimension used elementwise (bias, norm gain), in every µP form. */
const MUP_VECTOR = abc(0, 0, { sgd: -1, sign: 0, muon: 0 });

/** µP's hidden row, the same in Tables 3, 8 and 9. */
const MUP_HIDDEN = abc(0, 1 / 2, { sgd: 0, sign: 1, muon: 0 });

/** µP's input row, the same in Tables 3 and 8. */
const MUP_INPUT = abc(0, 0, { sgd: -1, sign: 0, muon: -1 / 2 });

/**
 * The abc exponents, the one place they live.
 *
 * Tables 3, 8 and 9 are the same training in three forms: multiplier·θ, std/θ, SGD rate/θ², Adam and Muon rate/θ changes
 * nothing. Muon's column is √(fan-out/fan-in) of the orthogonalised matrix; vectors, which it leaves to Adam, have Adam's.
 */
export const ABC: Readonly<Record<ParametrizationName, AbcTable>> = {
  sp: {
    input: SCALAR,
    hidden: abc(0, 1 / 2, NO_RATE),
    readout: abc(0, 1 / 2, NO_RATE),
    vector: SCALAR,
    scalar: SCALAR,
  },
  'mup-table3': {
    input: MUP_INPUT,
    hidden: MUP_HIDDEN,
    readout: abc(0, 1, { sgd: 1, sign: 1, muon: 1 / 2 }),
    vector: MUP_VECTOR,
    scalar: SCALAR,
  },
  'mup-table8': {
    input: MUP_INPUT,
    hidden: MUP_HIDDEN,
    readout: abc(1, 0, { sgd: -1, sign: 0, muon: -1 / 2 }),
    vector: MUP_VECTOR,
    scalar: SCALAR,
  },
  'mup-table9': {
    input: abc(-1 / 2, 1 / 2, { sgd: 0, sign: 1 / 2, muon: 0 }),
    hidden: MUP_HIDDEN,
    readout: abc(1 / 2, 1 / 2, { sgd: 0, sign: 1 / 2, muon: 0 }),
    vector: MUP_VECTOR,
    scalar: SCALAR,
  },
  ntk: {
    input: SCALAR,
    hidden: abc(1 / 2, 0, NO_RATE),
    readout: abc(1 / 2, 0, NO_RATE),
    vector: SCALAR,
    scalar: SCALAR,
  },
  'mean-field': {
    input: MUP_INPUT,
    hidden: abc(1 / 2, 0, { sgd: -1, sign: 1 / 2, muon: -1 / 2 }),
    readout: abc(1, 0, { sgd: -1, sign: 0, muon: -1 / 2 }),
    vector: MUP_VECTOR,
    scalar: SCALAR,
  },
};

/** Where a parametrization's row comes from, and whether the paper itself was read for it. */
export interface Source {
  citation: string;
  /** `derived`: follows from the definition; `secondary`: taken over without reading the paper. */
  kind: 'derived' | 'secondary';
}

const TENSOR_PROGRAMS_V = 'Yang et al., Tensor Programs V, arXiv:2203.03466';

/** Sources of the table; every secondary row is also proved by the calculus tests, which do not depend on the citation. */
export const SOURCES: Readonly<Record<ParametrizationName, Source>> = {
  sp: { citation: 'the default of the framework: init 1/√fan-in, one learning rate', kind: 'derived' },
  'mup-table3': { citation: `${TENSOR_PROGRAMS_V}, Table 3`, kind: 'secondary' },
  'mup-table8': { citation: `${TENSOR_PROGRAMS_V}, Table 8; the form of microsoft/mup`, kind: 'secondary' },
  'mup-table9': { citation: `${TENSOR_PROGRAMS_V}, Table 9`, kind: 'secondary' },
  ntk: { citation: 'Jacot et al., Neural Tangent Kernel, arXiv:1806.07572', kind: 'secondary' },
  'mean-field': {
    citation: 'Mei et al., A mean field view of the landscape of two-layer neural networks, arXiv:1804.06561',
    kind: 'secondary',
  },
};
