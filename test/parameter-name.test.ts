import { describe, expect, it } from 'vitest';
import { parameterName } from '../src/parameter-name.js';

describe('parameterName', () => {
  it('names the use of a tied parameter', () => {
    expect(parameterName({ parameter: 'embedding', use: 'readout' })).toBe('embedding@readout');
    expect(parameterName({ parameter: 'embedding', use: null })).toBe('embedding');
  });
});
