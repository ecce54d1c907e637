import { describe, expect, it } from 'vitest';
import { ZOO } from '../../fixtures/zoo/zoo.js';
import { barText, isMet, MEASURES, missedBars } from './bars.js';
import { jobOf, type Ladder } from './job.js';
import type { Judged } from './judged.js';
import type { Score } from './score.js';

const check = (
  id: string,
  outcome: Score['outcome'],
  { rate = 1, ladder = 'default', isRight = null }: { rate?: number; ladder?: Ladder; isRight?: boolean | null } = {},
): Judged => ({
  job: jobOf(ZOO.get(id) ?? expect.fail(`no specimen ${id}`), { root: 100, rate, ladder }),
  score: { outcome, isCauseRight: isRight, isParameterRight: isRight, isExponentRight: isRight },
  control: 'passed',
  said: '',
  commit: 'c0ffee',
});
const right = 'mlp/table3:adam';
const wrong = 'mlp/readout-standard:adam';
const many = (count: number, one: Judged): Judged[] => Array.from({ length: count }, () => one);

describe('missedBars', () => {
  it('asks for 99 % of wrong models, and no more than 1 % of right ones', () => {
    const detected = check(wrong, 'detected', { isRight: true });
    expect(missedBars([...many(99, detected), check(wrong, 'missed')])).toEqual([]);
    expect(missedBars([...many(98, detected), ...many(2, check(wrong, 'missed'))])).toEqual([
      'wrong models detected: ≥ 99 %',
    ]);
    expect(missedBars([...many(99, check(right, 'passed')), check(right, 'false-alarm')])).toEqual([]);
    expect(missedBars([...many(98, check(right, 'passed')), check(right, 'false-alarm')])).toEqual([
      'right models failed (false alarms): ≤ 1 %',
    ]);
  });

  it('lets narrow widths leave open what they cannot tell, but raise no false alarms', () => {
    const at = { ladder: 'short' } as const;
    expect(missedBars([check(right, 'inconclusive', at), check(wrong, 'missed', at)])).toEqual([]);
    expect(missedBars([check(right, 'false-alarm', at)])).toEqual([
      'right models failed (false alarms): ≤ 1 %, at narrow widths',
    ]);
  });

  it('asks nothing of other rates', () => {
    expect(missedBars([check(right, 'false-alarm', { rate: 4 })])).toEqual([]);
  });
});

describe('MEASURES', () => {
  it('are met where nothing was tried, and say what they ask for', () => {
    expect(MEASURES.every((measure) => isMet(measure, { hits: 0, trials: 0 }))).toBe(true);
    expect(MEASURES.map(barText)).toEqual(['≥ 99 %', '', '≤ 1 %', '≤ 5 %', '≥ 95 %', '≥ 95 %', '≥ 95 %', '≤ 0 %']);
  });
});
