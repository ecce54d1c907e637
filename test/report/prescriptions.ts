import type { PrescribedParameter, PrescriptionResult } from '../../src/verdict/prescription.js';

/** A slope with an interval around it. */
export const measured = (slope: number, expected: number | null) => ({
  slope,
  interval: [slope - 0.05, slope + 0.05] as [number, number],
  expected,
});

/** A readout whose initial value and rate are prescribed, with other things where a test wants them. */
export function parameter(rest: Partial<PrescribedParameter> = {}): PrescribedParameter {
  return {
    parameter: 'readout/kernel',
    use: null,
    role: 'readout',
    initExponent: -0.5,
    learningRateExponent: -1,
    gradientExponent: 0,
    multiplierExponent: 0,
    valueExponent: -1,
    init: { before: measured(-0.04, -0.5), after: measured(-0.54, -0.5) },
    update: { before: measured(1.01, 0), after: measured(0.01, 0) },
    reason: null,
    ...rest,
  };
}

/** What was found of a small model. */
export function result(rest: Partial<PrescriptionResult> = {}): PrescriptionResult {
  return {
    schema: 'coordcheck/prescription',
    schemaVersion: 1,
    name: 'mlp',
    verdict: 'pass',
    summary: '1 scaling prescribed.',
    command: 'npx coordcheck prescribe mlp.ts',
    versions: {},
    optimizer: 'Adam',
    baseWidth: 64,
    parameters: [parameter()],
    logits: [],
    rounds: [],
    equals: null,
    code: "const initFactors = (m: number) => ({\n  'readout/kernel': m ** -0.5,\n});",
    ...rest,
  };
}
