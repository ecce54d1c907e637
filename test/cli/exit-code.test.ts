import { describe, expect, it } from 'vitest';
import { exitCode, SIGNAL_CODES } from '../../src/cli/exit-code.js';

describe('exitCode', () => {
  it('tells pass, fail and inconclusive apart', () => {
    expect([exitCode(['pass']), exitCode(['fail']), exitCode(['inconclusive'])]).toEqual([0, 1, 3]);
  });

  it('lets the worst of several verdicts decide', () => {
    expect(exitCode(['pass', 'inconclusive', 'fail'])).toBe(1);
    expect(exitCode(['inconclusive', 'pass'])).toBe(3);
    expect(exitCode(['pass', 'pass'])).toBe(0);
  });
});

describe('SIGNAL_CODES', () => {
  it('counts signals as shells do', () => {
    expect(SIGNAL_CODES).toEqual({ SIGINT: 128 + 2, SIGTERM: 128 + 15 });
  });
});
