import { describe, expect, it } from 'vitest';
import { ABC, SOURCES } from '../../src/parametrization/abc.js';

describe('ABC', () => {
  it('names a source for every parametrization it holds', () => {
    expect(Object.keys(SOURCES).toSorted()).toEqual(Object.keys(ABC).toSorted());
  });

  it('marks what was taken over without reading the paper', () => {
    const derived = Object.entries(SOURCES).filter(([, { kind }]) => kind === 'derived');
    expect(derived.map(([name]) => name)).toEqual(['sp']);
  });
});
