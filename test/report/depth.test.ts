import { describe, expect, it } from 'vitest';
import { render } from '../../src/report/render.js';
import type { CheckResult, DepthResult } from '../../src/verdict/result.js';
import { passingResult } from './check-result.js';

const slope = { topSlope: null, curvature: null, settle: null, points: [], step: 1, declared: null };
const DEPTH: DepthResult = {
  depths: [2, 4, 8],
  outcome: 'fail',
  form: 'unscaled',
  streams: [{ stream: 'block*', outcome: 'fail', form: 'unscaled' }],
  text: 'Residual branches are not scaled with depth.',
  slopes: [
    {
      ...slope,
      tap: 'block0',
      quantity: 'written',
      parameter: 'block0/<b>down</b>',
      slope: 0.02,
      interval: [-0.1, 0.14],
      expected: -1,
      outcome: 'fail',
      reason: null,
    },
    {
      ...slope,
      tap: 'block*',
      quantity: 'activation',
      parameter: null,
      slope: null,
      interval: null,
      expected: 0,
      outcome: 'inapplicable',
      reason: 'not measured in every run',
    },
    {
      ...slope,
      tap: 'embed',
      quantity: 'inside',
      parameter: 'embed/kernel',
      slope: 1,
      interval: [0.9, 1.1],
      expected: null,
      outcome: 'inapplicable',
      declared: 'frozen',
      reason: 'declared frozen',
    },
  ],
};

/** A check of several depths, at one width or at several. */
const deep = (widths: number[]): CheckResult => {
  const result = passingResult();
  return { ...result, config: { ...result.config, widths, depths: [2, 4, 8] }, depth: DEPTH };
};

/** How each format begins a section. */
const SECTION = {
  terminal: { depth: 'Depth: depth exponents', parameters: 'Parameters: width exponents' },
  markdown: { depth: '### Depth', parameters: '### Parameters' },
  html: { depth: 'id="depth"', parameters: 'id="parameters"' },
};
const FORMATS = ['terminal', 'markdown', 'html'] as const;

/** Which sections a result has in a format; as words, for a report is too long to read in a failing test. */
async function sections(result: CheckResult, format: (typeof FORMATS)[number]): Promise<string[]> {
  const text = await render(result, format);
  return (['depth', 'parameters'] as const).filter((section) => text.includes(SECTION[format][section]));
}

describe('render, of slopes along depth', () => {
  it.each(FORMATS)('shows them in %s, every name as text', async (format) => {
    const text = await render(deep([64, 128, 256]), format, { columns: 200 });
    expect(await sections(deep([64, 128, 256]), format)).toEqual(['depth', 'parameters']);
    expect([/isolated update in\s+the stream/, /\+0\.02/, /−1/].map((pattern) => pattern.test(text))).toEqual([
      true,
      true,
      true,
    ]);
    expect(format === 'html' && text.includes('<b>down</b>')).toBe(false);
  });

  it.each(FORMATS)('shows in %s what was declared', async (format) => {
    const text = await render(deep([64]), format, { columns: 200 });
    expect([/embed\/(<wbr \/>)?kernel/, /declared frozen/].map((pattern) => pattern.test(text))).toEqual([true, true]);
  });

  it.each(FORMATS)('leaves width tables out of %s where there is one width', async (format) => {
    expect(await sections(deep([64]), format)).toEqual(['depth']);
  });

  it.each(FORMATS)('says nothing of depth in %s where there is none', async (format) => {
    expect(await sections(passingResult(), format)).toEqual(['parameters']);
  });
});
