import { describe, expect, it } from 'vitest';
import { renderJson } from '../../src/report/json.js';
import { failingResult, passingResult } from './check-result.js';
import { nastyResult } from './hostile-results.js';
import { nastySweep } from './hostile-sweeps.js';
import { transferringSweep } from './sweep-result.js';

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, reversed(inner)] as const);
  return Object.fromEntries(entries.toReversed());
}

describe('renderJson', () => {
  it('gives back the result it was given', () => {
    expect(JSON.parse(renderJson(nastyResult()))).toEqual(nastyResult());
    expect(JSON.parse(renderJson(nastySweep()))).toEqual(nastySweep());
  });

  it('begins with the schema and indents by two spaces', () => {
    const lines = renderJson(passingResult()).split('\n');
    expect(lines.slice(0, 5)).toEqual([
      '{',
      '  "schema": "coordcheck/result",',
      '  "schemaVersion": 1,',
      '  "name": "mnist-mlp",',
      '  "verdict": "pass",',
    ]);
  });

  it('gives the same bytes whatever order the keys were written in', () => {
    const result = failingResult();
    expect(renderJson(reversed(result) as typeof result)).toBe(renderJson(result));
  });

  it('puts the trials of a sweep after all that was made of them', () => {
    const keys = Object.keys(JSON.parse(renderJson(transferringSweep())) as object);
    expect(keys.slice(0, 5)).toEqual(['schema', 'schemaVersion', 'name', 'verdict', 'summary']);
    expect(keys.slice(-4)).toEqual(['sweeps', 'cost', 'notes', 'trials']);
  });

  it('puts the points of a measurement after its numbers', () => {
    const [tap] = (JSON.parse(renderJson(failingResult())) as { taps: object[] }).taps;
    expect(Object.keys(tap ?? {})[0]).toBe('tap');
    expect(Object.keys(tap ?? {}).at(-1)).toBe('points');
  });
});
