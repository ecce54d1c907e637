import { describe, expect, it } from 'vitest';
import { toTransferLearningRate, type TransferOptions } from '../../src/matchers/matchers.js';
import '../../src/matchers/vitest.js';
import type { SweepResult } from '../../src/verdict/sweep-result.js';
import { passingResult } from '../report/check-result.js';
import {
  categoricalSweep,
  censoredSweep,
  depthSweep,
  driftingSweep,
  transferringSweep,
} from '../report/sweep-result.js';
import { message } from './message.js';

/** The same sweep with another interval of its drift in µP. */
function withInterval(interval: [number, number] | null): SweepResult {
  const result = transferringSweep();
  const [sweep] = result.sweeps;
  const [mup, ...others] = sweep?.parametrizations ?? [];
  if (sweep === undefined || mup === undefined) throw new Error('expected a sweep');
  const drifts = mup.drifts.map((drift) => ({ ...drift, interval }));
  return { ...result, sweeps: [{ ...sweep, parametrizations: [{ ...mup, drifts }, ...others] }] };
}

describe('toTransferLearningRate', () => {
  it('holds for a learning rate that transfers in µP, whatever the control does, and its negation for one that drifts', () => {
    expect(transferringSweep()).toTransferLearningRate();
    expect(driftingSweep()).not.toTransferLearningRate();
  });

  it('holds neither way for an inconclusive sweep', () => {
    const text = 'to transfer in µP, but that is inconclusive: Nothing is proven';
    expect(() => expect(censoredSweep()).toTransferLearningRate()).toThrow(text);
    expect(() => expect(censoredSweep()).not.toTransferLearningRate()).toThrow(`not ${text}`);
  });

  it('holds neither way where a gate is open, whatever the optima look like', () => {
    const oneSeed = { gate: 'enough-seeds', title: 'At least 2 seeds', outcome: 'inconclusive' as const };
    const gates = [{ ...oneSeed, reason: 'one seed', settle: 'give --seeds 3' }];
    for (const result of [transferringSweep(), driftingSweep()]) {
      const open = { ...result, verdict: 'inconclusive' as const, gates };
      expect(() => expect(open).toTransferLearningRate()).toThrow('to transfer in µP, but that is inconclusive');
      expect(() => expect(open).not.toTransferLearningRate()).toThrow(
        'not to transfer in µP, but that is inconclusive',
      );
    }
  });

  it('names drift with interval, the optimum of each width, regret, and the repeating command', () => {
    const text = message(() => expect(driftingSweep()).toTransferLearningRate());
    expect(text).toContain('expected learningRate of teacher-student to transfer in µP, but it does not: The optimum');
    expect(text).toContain('log2 of the optimum per doubling of width: -0.42, 95 % interval -0.49 to -0.35');
    expect(text).toContain('the optimum moves with width');
    expect(text).toContain('optimum at width 64: 0.00474 (log2 -7.72, 95 % interval -7.91 to -7.51)\n');
    expect(text).toMatch(
      /optimum at width 512: 0\.00198 \(log2 -8\.98, .*\), regret 22\.\d+ % at 0\.004743, 95 % interval 21\.\d+ to 23\.\d+/,
    );
    expect(text).toContain(`repeat: ${driftingSweep().command}`);
  });

  it('says why an optimum is not there, and what would settle it', () => {
    const text = message(() => expect(censoredSweep()).toTransferLearningRate());
    expect(text).toContain('log2 of the optimum per doubling of width: not told');
    expect(text).toContain('to settle it: extend the grid to 0.5');
    expect(text).toContain('optimum at width 256: at or above 0.0625 (the loss still falls at the highest value)');
    expect(text).toContain('optimum at width 512: undetermined (the curve has no minimum');
  });

  it('says of a negation that fails that it does transfer', () => {
    const text = message(() => expect(transferringSweep()).not.toTransferLearningRate());
    expect(text).toContain('expected learningRate of teacher-student not to transfer in µP, but it does');
  });

  it('asks the whole interval to be within the drift that is given', () => {
    expect(withInterval([0, 0.14])).toTransferLearningRate({ within: 0.15 });
    expect(withInterval([0.2, 0.3])).not.toTransferLearningRate({ within: 0.15 });
    const text = message(() => expect(withInterval([0.2, 0.3])).toTransferLearningRate({ within: 0.15 }));
    expect(text).toContain('to transfer in µP within 0.15 a doubling, but it does not');
  });

  it.each([[[0, 0.2] as [number, number]], [null]])(
    'holds neither way where the interval %j tells nothing',
    (interval) => {
      const result = withInterval(interval);
      expect(() => expect(result).toTransferLearningRate({ within: 0.15 })).toThrow('that is inconclusive');
      expect(() => expect(result).not.toTransferLearningRate({ within: 0.15 })).toThrow('that is inconclusive');
    },
  );

  it('asks it of depth, too', () => {
    expect(depthSweep()).toTransferLearningRate({ within: 0.18 });
    expect(() => expect(depthSweep()).toTransferLearningRate({ within: 0.15 })).toThrow(
      'per doubling of depth at width 64',
    );
  });

  it('takes another hyperparameter, also one of words', () => {
    expect(categoricalSweep()).toTransferLearningRate({ hyperparameter: 'schedule' });
    const text = message(() => expect(categoricalSweep()).not.toTransferLearningRate({ hyperparameter: 'schedule' }));
    expect(text).toContain('optimum at width 64: "cosine"');
  });

  it.each([
    [{ hyperparameter: 'momentum' }, 'got sweeps of: learningRate, schedule'],
    [{ hyperparameter: 'schedule', within: 0.1 }, 'expected `within` only where the values are numbers'],
    [{ within: 0 }, 'expected `within` to be a number above 0, got 0'],
    [{ within: Number.NaN }, 'expected `within` to be a number above 0, got NaN'],
    [{ whithin: 0.1 }, 'expected options by their names, got "whithin"'],
    [null, 'expected an object of options, got null'],
  ])('refuses %j both ways', (wrong, text) => {
    const options = wrong as TransferOptions;
    expect(() => expect(categoricalSweep()).toTransferLearningRate(options)).toThrow(text);
    expect(() => expect(categoricalSweep()).not.toTransferLearningRate(options)).toThrow(text);
  });

  it('spells out what would act on the terminal', () => {
    const text = message(() => expect({ ...driftingSweep(), summary: 'it\u001b[2J\u202e' }).toTransferLearningRate());
    expect(text).toContain('but it does not: it\\x1b[2J\\u202e\n');
  });

  it('refuses a promise, the result of a check, and any other thing', () => {
    expect(() => expect(Promise.resolve(transferringSweep())).toTransferLearningRate()).toThrow('got a promise');
    expect(() => expect(passingResult()).toTransferLearningRate()).toThrow('got the result of a check');
    expect(() => expect(null).not.toTransferLearningRate()).toThrow('expected the result of a sweep, got object');
  });

  it('works without vitest', () => {
    const { pass, actual, expected } = toTransferLearningRate(driftingSweep());
    expect({ pass, actual, expected }).toEqual({ pass: false, actual: 'fail', expected: 'pass' });
  });

  it('can stand inside an asymmetric match', () => {
    expect({ result: transferringSweep() }).toEqual({ result: expect.toTransferLearningRate() });
  });
});
