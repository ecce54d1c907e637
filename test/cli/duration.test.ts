import { describe, expect, it } from 'vitest';
import { duration, durationText } from '../../src/cli/duration.js';

describe('duration', () => {
  it('adds up hours, minutes, seconds and milliseconds', () => {
    expect(duration('1h2m3s4ms')).toBe(3_723_004);
    expect(duration('1.5m')).toBe(90_000);
  });

  it.each(['', '5', 'm5', '5 m', '-5m', '0s', '5d', '5m!'])('knows no duration in %j', (text) => {
    expect(duration(text)).toBeNull();
  });
});

describe('durationText', () => {
  it.each([
    [420, '0.4 s'],
    [12_300, '12 s'],
    [59_700, '1 min 0 s'],
    [125_000, '2 min 5 s'],
    [3_780_000, '1 h 3 min'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
