import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endsOf, samples, spaceOf, type Dimension } from '../../src/transfer/space.js';

const DECLARED = { learningRate: 2 ** -8, momentum: 0.9, optimizer: 'adam', nesterov: false };

describe('spaceOf', () => {
  it('is the learning rate, four octaves to each side, unless told otherwise', () => {
    const [from, to] = [2 ** -12, 2 ** -4];
    expect(spaceOf(undefined, DECLARED)).toEqual([{ hyperparameter: 'learningRate', scale: 'log', from, to }]);
    expect(spaceOf({}, DECLARED)).toHaveLength(1);
  });

  it('takes ranges in the log, even ranges and choices', () => {
    const space = spaceOf(
      {
        learningRate: { from: 0.1, to: 1 },
        momentum: { from: 0, to: 0.9, scale: 'linear' },
        optimizer: ['adam', 'sgd'],
      },
      DECLARED,
    );
    expect(space).toEqual([
      { hyperparameter: 'learningRate', scale: 'log', from: 0.1, to: 1 },
      { hyperparameter: 'momentum', scale: 'linear', from: 0, to: 0.9 },
      { hyperparameter: 'optimizer', scale: 'choice', values: ['adam', 'sgd'] },
    ]);
    expect(space.map(endsOf)).toEqual([
      [0.1, 1],
      [0, 0.9],
      ['adam', 'sgd'],
    ]);
  });

  it.each([
    [{ rate: [1, 2] }, /expected --space to name a declared hyperparameter \(learningRate, .*\), got 'rate'/],
    [{ constructor: [1, 2] }, /got 'constructor'/],
    [{ learningRate: { from: 2, to: 1 } }, /two values or more, got 2..1/],
    [{ learningRate: { from: 1, to: 1 } }, /two values or more, got 1..1/],
    [{ learningRate: { from: 0, to: 1 } }, /two values or more, got 0..1/],
    [{ learningRate: { from: 1, to: Infinity } }, /got 1..Infinity/],
    [{ momentum: { from: 1, to: 0, scale: 'linear' as const } }, /got lin:1..0/],
    [{ learningRate: [] }, /two values or more/],
    [{ learningRate: [1, 1] }, /two values or more, got 1/],
    [{ learningRate: ['a', 'b'] }, /a number, got 'a'/],
    [{ optimizer: { from: 1, to: 2 } }, /a string, got '1..2'/],
    [{ nesterov: [true, 1] }, /a boolean, got '1'/],
  ])('refuses %j', (request, sentence) => {
    expect(() => spaceOf(request, DECLARED)).toThrow(sentence);
  });

  it('asks for a learning rate where none is declared and nothing is named', () => {
    expect(() => spaceOf(undefined, { rate: 1 })).toThrow(/declare a positive `learningRate`.*\(declared: rate\)/);
    expect(() => spaceOf(undefined, { learningRate: 0 })).toThrow(/positive/);
    const hint = expect.objectContaining({ hint: expect.stringMatching(/--space NAME=FROM/) });
    expect(() => spaceOf(undefined, {})).toThrow(hint);
  });
});

const dimension = fc.oneof(
  fc
    .record({
      from: fc.double({ min: 1e-6, max: 1, noNaN: true }),
      factor: fc.double({ min: 1.1, max: 1e4, noNaN: true }),
    })
    .map(({ from, factor }) => ({ scale: 'log' as const, from, to: from * factor })),
  fc
    .record({ from: fc.double({ min: -5, max: 5, noNaN: true }), width: fc.double({ min: 0.01, max: 9, noNaN: true }) })
    .map(({ from, width }) => ({ scale: 'linear' as const, from, to: from + width })),
  fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 4 }).map((values) => ({ scale: 'choice' as const, values })),
);
const space = fc
  .array(dimension, { minLength: 1, maxLength: 3 })
  .map((all): Dimension[] => all.map((each, i) => ({ hyperparameter: `h${i}`, ...each })));

/** Whether a value is one of a dimension's, but for rounding at the ends. */
function isInside(dimension: Dimension, value: number): boolean {
  if (dimension.scale === 'choice') return dimension.values.includes(value);
  const { from, to } = dimension;
  const rounding = 1e-12 * Math.max(1, Math.abs(from), Math.abs(to));
  return value >= from - rounding && value <= to + rounding;
}

describe('samples', () => {
  it('are the same first ones whatever their number', () => {
    fc.assert(
      fc.property(space, fc.nat(20), fc.nat(20), fc.nat(), (dimensions, a, b, root) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        expect(samples(dimensions, many, root).slice(0, few)).toEqual(samples(dimensions, few, root).slice(0, many));
      }),
    );
  });

  it('are distinct, and inside their ranges', () => {
    fc.assert(
      fc.property(space, fc.nat(30), fc.nat(), (dimensions, count, root) => {
        const drawn = samples(dimensions, count, root);
        expect(new Set(drawn.map(({ values }) => JSON.stringify(values))).size).toBe(drawn.length);
        for (const { values } of drawn) {
          for (const each of dimensions) {
            expect(isInside(each, values[each.hyperparameter] as number)).toBe(true);
          }
        }
      }),
    );
  });

  it('do not move a hyperparameter when another joins it', () => {
    const rate: Dimension = { hyperparameter: 'learningRate', scale: 'log', from: 1e-4, to: 1 };
    const momentum: Dimension = { hyperparameter: 'momentum', scale: 'linear', from: 0, to: 1 };
    const rates = (dimensions: Dimension[]) => samples(dimensions, 8, 0).map(({ values }) => values['learningRate']);
    expect(rates([momentum, rate])).toEqual(rates([rate]));
    expect(samples([rate], 8, 1)).not.toEqual(samples([rate], 8, 0));
  });

  it('stop where a space of choices is exhausted', () => {
    const choices: Dimension[] = [
      { hyperparameter: 'a', scale: 'choice', values: [1, 2, 3] },
      { hyperparameter: 'b', scale: 'choice', values: ['x', 'y'] },
    ];
    expect(samples(choices, 100, 0)).toHaveLength(6);
    const two: Dimension = { hyperparameter: 'r', scale: 'linear', from: 1, to: 1 + Number.EPSILON };
    expect(samples([two], 5, 0).length).toBeLessThanOrEqual(2);
  });

  it('are even in the log: half of them below the middle octave', () => {
    const rate: Dimension = { hyperparameter: 'r', scale: 'log', from: 2 ** -10, to: 1 };
    const drawn = samples([rate], 2000, 3).map(({ values }) => Math.log2(values['r'] as number));
    const below = drawn.filter((value) => value < -5).length;
    // Four standard errors of a share of ½ over 2000 draws.
    expect(Math.abs(below / 2000 - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / 2000));
  });
});
