import { describe, expect, it } from 'vitest';
import { render, REPORT_FORMATS, type ReportFormat } from '../../src/report/render.js';
import { failingResult } from './check-result.js';
import { RESULTS } from './results.js';
import { transferringSweep } from './sweep-result.js';
import { SWEEPS } from './sweeps.js';

describe('render', () => {
  const cases = [...RESULTS, ...SWEEPS].flatMap(([name, make]) =>
    REPORT_FORMATS.map((format) => ({ name, make, format })),
  );

  it.each(cases)('renders the $name result as $format, ending with a newline', async ({ make, format }) => {
    const text = await render(make(), format);
    expect(text).toMatch(/[^\n]\n$/);
    // The script of the page is code, where these words are right.
    expect(text.replace(/<script>.*<\/script>/s, '')).not.toMatch(/undefined|>NaN|: NaN|\[object/);
  });

  it.each(REPORT_FORMATS)('gives the same bytes for the same result as %s', async (format) => {
    expect(await render(failingResult(), format)).toBe(await render(failingResult(), format));
    expect(await render(transferringSweep(), format)).toBe(await render(transferringSweep(), format));
  });

  it.each(REPORT_FORMATS)('leaves the result untouched as %s', async (format) => {
    const result = failingResult();
    await render(result, format);
    expect(result).toEqual(failingResult());
    const sweep = transferringSweep();
    await render(sweep, format);
    expect(sweep).toEqual(transferringSweep());
  });

  it('tells a check from a sweep by its schema', async () => {
    expect(await render(failingResult(), 'terminal')).toMatch(/^FAIL  mnist-mlp/);
    expect(await render(transferringSweep(), 'terminal')).toMatch(/^TRANSFERS  teacher-student/);
  });

  it.each(['pdf', 'toString', '__proto__'])('refuses the format %s by name', async (format) => {
    await expect(render(failingResult(), format as ReportFormat)).rejects.toMatchObject({
      code: 'REPORT_FORMAT_UNKNOWN',
      exitCode: 2,
      message: expect.stringContaining(format) as string,
    });
  });
});
