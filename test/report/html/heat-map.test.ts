import { describe, expect, it } from 'vitest';
import { heatMap, heatStep } from '../../../src/report/html/heat-map.js';
import { failingResult } from '../check-result.js';
import { longResult } from '../hostile-results.js';

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

  it('repeats what does not pass on top of a list too long to see at once', () => {
    expect(text).not.toContain('Not passing');
    const [, panel = ''] = heatMap(longResult()).text.split('data-panel="change"');
    const names = [...panel.matchAll(/block_\d\d\/<wbr \/>attention_\d/g)].map(([name]) => name.replace('<wbr />', ''));
    expect(names.slice(0, 4)).toEqual([
      'block_03/attention_3',
      'block_10/attention_0',
      'block_16/attention_7',
      'block_00/attention_0',
    ]);
  });

  it('gives each cell its number and its whole reading', () => {
    expect(text).toMatch(
      /<td class="h4" title="centred change, step 1: slope \+0\.97 \[\+0\.93, \+1\.02\], expected 0/,
    );
  });
});
