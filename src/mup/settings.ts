import { failure } from '../errors.js';

/** What a number may be, in words and as a test. */
interface Range {
  expected: string;
  holds(value: number): boolean;
}

const AMOUNT: Range = {
  expected: 'a finite number from 0',
  holds: (value) => value >= 0 && value < Number.POSITIVE_INFINITY,
};
const SHARE: Range = { expected: 'a number from 0 to below 1', holds: (value) => value >= 0 && value < 1 };
const SIZE: Range = {
  expected: 'a finite number above 0',
  holds: (value) => value > 0 && value < Number.POSITIVE_INFINITY,
};
const COUNT: Range = { expected: 'a whole number from 1', holds: (value) => Number.isInteger(value) && value >= 1 };

/** The settings of `coordcheck/mup` that are numbers. Beyond these ranges a training diverges, or ends in NaN. */
const RANGES = {
  learningRate: AMOUNT,
  weightDecay: AMOUNT,
  epsilon: AMOUNT,
  initialAccumulatorValue: AMOUNT,
  finalFactor: AMOUNT,
  momentum: SHARE,
  decay: SHARE,
  beta1: SHARE,
  beta2: SHARE,
  newtonSchulzSteps: COUNT,
  headSize: SIZE,
  baseHeadSize: SIZE,
} as const satisfies Record<string, Range>;

/**
 * Refuses numbers that no training can be meant to have.
 *
 * @param where - whose settings they are, for the message
 * @param required - the ones that have no default; another that is not given is left out
 * @throws CoordCheckError SETTING_INVALID
 */
export function requireSettings(where: string, settings: object, required: readonly string[] = []): void {
  for (const [name, { expected, holds }] of Object.entries<Range>(RANGES)) {
    const value = (settings as Readonly<Record<string, unknown>>)[name];
    if (value === undefined && !required.includes(name)) continue;
    if (typeof value === 'number' && holds(value)) continue;
    const hint = `Correct ${name}; settings are those at base width.`;
    throw failure('SETTING_INVALID', { where, expected: `${name} to be ${expected}`, got: String(value), hint });
  }
}
