import { describe, expect, it } from 'vitest';
import { heatMap, heatStep } from '../../../src/report/html/heat-map.js';
import { failingResult } from '../check-result.js';

describe('heatStep', () => {
  it('is symmetric around 0, with the tolerance ¼ as a border', () => {
    expect([0, 0.05, 0.2, 0.25, 0.49, 0.6, 3].map(heatStep)).toEqual([0, 0, 1, 2, 2, 3, 4]);
    expect([-0.05, -0.2, -0.25, -0.6, -3].map(heatStep)).toEqual([0, -1, -2, -3, -4]);
  });
});

describe('heatMap', () => {
  const { text } = heatMap(failingResult());

  it('has a panel for changes, activations and what is judged', () => {
    expect([...text.matchAll(/data-panel="([a-z]+)"/g)].map(([, id]) => id)).toEqual([
      'change',
      'activation',
      'judged',
    ]);
  });

  it('keeps the taps in the order of the forward pass', () => {
    const [panel = ''] = text.split('data-panel="activation"');
    expect([...panel.matchAll(/<code class="name">([^<]*)</g)].map(([, name]) => name)).toEqual([
      'dense_1',
      'dense_2',
      'dense_3',
      'readout',
    ]);
  });

  it('gives each cell its number and its whole reading', () => {
    expect(text).toMatch(
      /<td class="h4" title="centred change, step 1: slope \+0\.97 \[\+0\.93, \+1\.02\], expected 0/,
    );
  });
});
