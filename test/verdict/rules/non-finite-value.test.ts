import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../../src/verdict/result.js';
import { nonFiniteValue } from '../../../src/verdict/rules/non-finite-value.js';

const FINISHED: RunResult = {
  width: 64,
  depth: null,
  seed: 0,
  state: 'finished',
  loss: [2, 1.9],
  durationMs: 1,
  error: null,
};
const diverged = (loss: RunResult['loss']): RunResult => ({
  ...FINISHED,
  width: 512,
  seed: 1,
  state: 'diverged',
  loss,
});
const outcomeOf = (...runs: RunResult[]) => nonFiniteValue.evaluate({ runs, config: { steps: 2 } }).outcome;

describe('nonFiniteValue', () => {
  it('fails where the first loss is not finite, and says where', () => {
    expect(nonFiniteValue.evaluate({ runs: [FINISHED, diverged([null])], config: { steps: 2 } })).toEqual({
      outcome: 'fail',
      where: { taps: [], parameters: [] },
      measured: null,
      expected: null,
      reason: 'not finite at step 0 of width 512, seed 1',
    });
    expect(outcomeOf(diverged([null]))).toBe('fail');
  });

  it('fails where a run ends at step 0 though its loss is finite', () => {
    expect(outcomeOf(FINISHED, diverged([2]))).toBe('fail');
    expect(outcomeOf(diverged([2]), diverged([2]))).toBe('fail');
  });

  it('passes where every run is finished', () => expect(outcomeOf(FINISHED)).toBe('pass'));

  it('passes where a value becomes non-finite later: a gate speaks of that', () => {
    expect(outcomeOf(FINISHED, diverged([2, null]))).toBe('pass');
  });

  it('passes where the one step planned was taken before a value became non-finite', () => {
    const runs = [{ ...FINISHED, loss: [2] }, diverged([2])];
    expect(nonFiniteValue.evaluate({ runs, config: { steps: 1 } }).outcome).toBe('pass');
  });

  it('passes where a run failed otherwise', () => {
    expect(outcomeOf({ ...FINISHED, state: 'failed', loss: [], error: 'lost' })).toBe('pass');
  });
});
