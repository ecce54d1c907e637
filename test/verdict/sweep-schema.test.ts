import { describe, expect, it } from 'vitest';
import { parseSweep, sweepJsonSchema } from '../../src/verdict/sweep-schema.js';
import { parabola, sweepOf } from './sweep-trials.js';

const RESULT = sweepOf({
  parametrizations: ['mup', 'sp'],
  score: (trial) => (Number(trial.value) > 0.05 ? NaN : parabola(trial, -7)),
});

describe('parseSweep', () => {
  it('reads back what was written', () => {
    expect(parseSweep(JSON.stringify(RESULT), 'a.json')).toEqual(RESULT);
    const cost = {
      trials: 1,
      flops: 2,
      sizes: [{ width: 64, depth: null, parameters: 3, flopsPerStep: 4, steps: 5 }],
      assumptions: ['backward costs twice forward'],
    };
    expect(parseSweep(JSON.stringify({ ...RESULT, cost }), 'a.json').cost).toEqual(cost);
  });

  it('reads a sweep of categories', () => {
    const result = sweepOf({ values: ['relu', true, 0], score: ({ seed, value }) => seed + String(value).length });
    expect(parseSweep(JSON.stringify(result), 'a.json')).toEqual(result);
  });

  it.each([
    ['no JSON', '{', /not JSON/],
    ['another schema', JSON.stringify({ ...RESULT, schema: 'coordcheck/result' }), /at schema/],
    ['another version', JSON.stringify({ ...RESULT, schemaVersion: 2 }), /at schemaVersion/],
    ['a field too many', JSON.stringify({ ...RESULT, more: 1 }), /more/],
    ['a wrong verdict', JSON.stringify({ ...RESULT, verdict: 'good' }), /at verdict/],
    ['no object', '3', /the whole file/],
  ])('refuses %s', (_, text, why) => {
    expect(() => parseSweep(text, 'a.json')).toThrow(expect.objectContaining({ code: 'RESULT_INVALID' }));
    expect(() => parseSweep(text, 'a.json')).toThrow(why);
  });
});

describe('sweepJsonSchema', () => {
  it('names every field of the result', () => {
    const { title, properties } = sweepJsonSchema() as { title: string; properties: object };
    expect(title).toBe('A coordcheck sweep');
    expect(Object.keys(properties).toSorted()).toEqual(Object.keys(RESULT).toSorted());
  });
});
