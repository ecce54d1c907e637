import type { Abc, AbcTable } from './abc.js';
import type { OptimizerFamily } from './optimizer-family.js';
import type { Role } from './role.js';

/** Predicted width exponents of one parameter, each at its own place. */
export interface PredictedExponents {
  /** Of x_0; null for vectors and scalars, whose own contribution at init is a constant the user chose. */
  init: number | null;
  /** Of the change in the forward pass when this parameter alone is updated; µP: 0. */
  isolatedUpdate: number;
  /** Of W₀·Δx, what the initial weight makes of a change upstream; null where nothing passes through a matrix. */
  propagated: number | null;
}

/**
 * Exponent of the initial output at the parameter's own place: input −(a+b); hidden and readout ½ − (a+b).
 *
 * The ½ is the sum over n independent terms (fan-in infinite); the inputs are taken as Θ(1).
 */
export function initExponent(role: Role, { a, b }: Abc): number | null {
  if (role === 'vector' || role === 'scalar') return null;
  return (hasInfiniteFanIn(role) ? 1 / 2 : 0) - (a + b) + 0;
}

/** Exponent d of the gradient at hidden activations: −(a + b) of the readout. */
export function gradientExponent(table: AbcTable): number {
  return -(table.readout.a + table.readout.b);
}

/** Exponent of x·O, with x of Θ(1) in the span of O, whose singular values are 1: √(fan-in/fan-out). */
const ORTHOGONAL: Readonly<Record<Role, number>> = { input: -1 / 2, hidden: 0, readout: 1 / 2, vector: 0, scalar: 0 };

/**
 * Exponent of a parameter's isolated update at its own place.
 *
 * With f = 1 if fan-in is infinite, else 0: SGD −2a − c + d + f, where d = 0 for what is at the output (readout, its
 * bias); sign-like optimizers −a − c + f. Muon's orthogonalised matrix keeps the norm of what it is aligned with, √fan-in,
 * and spreads it over fan-out: −a − c − ½ (input), −a − c (hidden), −a − c + ½ (readout); vectors have no matrix, and move
 * as under a sign-like optimizer.
 *
 * @param role - which row of the table
 * @param table - the whole parametrization: under SGD the readout's row sets everyone's gradient
 * @param family - how the update follows the gradient
 */
export function isolatedUpdateExponent(role: Role, table: AbcTable, family: OptimizerFamily): number {
  const { a, c } = table[role];
  const f = hasInfiniteFanIn(role) ? 1 : 0;
  if (family === 'sign') return f - a - c.sign;
  if (family === 'muon') return ORTHOGONAL[role] - a - c.muon;
  const atOutput = role === 'readout' || role === 'scalar';
  const d = atOutput ? 0 : gradientExponent(table);
  return f - 2 * a - c.sgd + d;
}

/**
 * Exponent of W₀·Δx at a parameter's own place: hidden Δx + ½ − (a+b), readout Δx + 1 − (a+b).
 *
 * A hidden matrix sums n independent terms. The readout's n terms are aligned with W₀, because the gradient that made Δx
 * came through W₀.
 *
 * @param role - only hidden and readout have a fan-in that changes with training
 * @param abc - the role's row
 * @param inputChange - exponent of the change Δx of what the parameter consumes; 0 in µP
 */
export function propagatedExponent(role: Role, { a, b }: Abc, inputChange: number): number | null {
  if (role === 'hidden') return inputChange + 1 / 2 - (a + b);
  if (role === 'readout') return inputChange + 1 - (a + b);
  return null;
}

/**
 * Exponent of the gradient of the weight itself, hence of the Adam epsilon that stays in proportion to it:
 * −a + d (input, hidden, vector), −a (readout, finite parameters).
 */
export function epsilonExponent(role: Role, table: AbcTable): number {
  const d = role === 'readout' || role === 'scalar' ? 0 : gradientExponent(table);
  return d - table[role].a + 0;
}

/**
 * All predicted exponents of a role, with Θ(1) inputs and Θ(1) changes of them.
 *
 * To compute a bug's fingerprint, change one a, b or c of the table and predict again.
 */
export function predictExponents(role: Role, table: AbcTable, family: OptimizerFamily): PredictedExponents {
  return {
    init: initExponent(role, table[role]),
    isolatedUpdate: isolatedUpdateExponent(role, table, family),
    propagated: propagatedExponent(role, table[role], 0),
  };
}

function hasInfiniteFanIn(role: Role): boolean {
  return role === 'hidden' || role === 'readout';
}
