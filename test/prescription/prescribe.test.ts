import { describe, expect, it } from 'vitest';
import { ABC } from '../../src/parametrization/abc.js';
import { familyOfRole, type OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import { prescribe } from '../../src/prescription/prescribe.js';
import { optimizedMlp, OPTIMIZERS, ROLES } from '../capture/optimized-mlp.js';

const OPTIONS = { widths: [32, 64, 128, 256], seeds: 3, steps: 1 };

/** Which row of Table 3 each optimizer must come out as; TF.js's RMSProp follows the gradient where that is small. */
const CASES: [string, OptimizerFamily][] = [
  ['SGD', 'sgd'],
  ['momentum', 'sgd'],
  ['Adam', 'sign'],
  ['RMSProp, small gradients', 'sgd'],
  ['RMSProp, large gradients', 'sign'],
  ['Lion', 'sign'],
  ['Muon', 'muon'],
  ['a scaled optimizer of the user’s own', 'sgd'],
];

/** The MLP under one optimizer. */
function mlp(name: string) {
  const found = OPTIMIZERS.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no optimizer ${name} in the table of the tests`);
  return optimizedMlp(found);
}

describe('prescribe, of an MLP in standard parametrization', () => {
  it.each(CASES)('recovers Table 3 under %s, and the check made with it passes', async (name, family) => {
    const { prescription, check } = await prescribe(mlp(name), { ...OPTIONS, control: 'sp' });
    const expected = Object.entries(ROLES).map(([parameter, role]) => {
      const { b, c } = ABC['mup-table3'][role];
      return [parameter, ABC.sp[role].b - b, 0 - c[familyOfRole(family, role)]];
    });
    const prescribed = prescription.parameters.map((p) => [p.parameter, p.initExponent, p.learningRateExponent]);
    expect(prescribed).toEqual(expected);
    expect(check.verdict, check.summary).toBe('pass');
    expect(prescription.verdict).toBe('pass');
    expect(check.config.prescription?.baseWidth).toBe(32);
  });
});

describe('prescribe, of an optimizer whose epsilon lies at the size of gradients', () => {
  it('keeps it in proportion to them: no rate alone would do', async () => {
    const rmsprop = OPTIMIZERS.find(({ name }) => name === 'RMSProp, small gradients')!;
    const between = optimizedMlp({ ...rmsprop, lossScale: 0.3 });
    const { prescription } = await prescribe(between, { ...OPTIONS, widths: [32, 64, 128, 256, 512], control: 'sp' });
    expect(prescription.verdict, prescription.summary).toBe('pass');
    const of = Object.fromEntries(
      prescription.parameters.map((p) => [p.parameter, [p.learningRateExponent, p.gradientExponent]]),
    );
    // Rates as Adam's; gradients upstream of a readout of 1/n fall like 1/n, the readout's own do not.
    expect(of).toEqual({
      'dense_1/kernel': [0, 1],
      'dense_1/bias': [0, 1],
      'dense_2/kernel': [-1, 1],
      'dense_2/bias': [0, 1],
      'dense_3/kernel': [-1, 0],
      'dense_3/bias': [0, 0],
    });
    expect(prescription.equals).toBe('Tensor Programs V, Table 3');
    expect(prescription.code).toContain('gradientFactors');
  });
});

describe('prescribe, of an MLP in µP', () => {
  it('prescribes nothing, and measures once', async () => {
    const { prescription, check } = await prescribe(mlp('Adam'), OPTIONS);
    expect(prescription.rounds).toHaveLength(1);
    expect(prescription.summary).toMatch(/^Nothing is to be prescribed\. All 6 judged parameters/);
    expect(prescription.code).toBe('');
    expect(check.verdict).toBe('pass');
    expect(check.config.prescription).toBeUndefined();
  });
});

describe('prescribe, where widths do not change the model', () => {
  it('prescribes nothing and is inconclusive', async () => {
    const definition = mlp('Adam');
    const ignoring = {
      ...definition,
      build: (context: Parameters<typeof definition.build>[0]) => definition.build({ ...context, width: 32 }),
    };
    const { prescription } = await prescribe(ignoring, OPTIONS);
    expect(prescription.verdict).toBe('inconclusive');
    expect(prescription.summary).toMatch(/^Nothing can be prescribed\..*the width changes nothing/);
  });
});
