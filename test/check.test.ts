import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recheck } from '../src/check.js';
import { renderJson } from '../src/report/json.js';
import type { ReportedResult } from '../src/report/render.js';
import { passingResult } from './report/check-result.js';
import { transferringSweep } from './report/sweep-result.js';

describe('recheck', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coordcheck-recheck-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function saved(name: string, result: ReportedResult): string {
    const path = join(folder, name);
    writeFileSync(path, renderJson(result));
    return path;
  }

  it('tells a saved sweep from a saved check by its schema, whatever the file is called', async () => {
    expect(await recheck(saved('a.sweep.json', transferringSweep()))).toEqual(transferringSweep());
    expect(await recheck(saved('b.json', transferringSweep()))).toEqual(transferringSweep());
    expect(await recheck(saved('c.result.json', passingResult()))).toEqual(passingResult());
    expect(await recheck(saved('d.txt', passingResult()))).toEqual(passingResult());
    const marked = saved('e.result.json', passingResult());
    writeFileSync(marked, `\uFEFF${renderJson(passingResult())}`);
    expect(await recheck(marked)).toEqual(passingResult());
  });

  it('refuses what is no JSON, or of no schema it knows', async () => {
    for (const [name, text] of [
      ['d.sweep.json', '{'],
      ['e.sweep.json', '{}'],
      ['f.json', '[]'],
      ['g.json', 'null'],
    ] as const) {
      writeFileSync(join(folder, name), text);
      await expect(recheck(join(folder, name))).rejects.toMatchObject({ exitCode: 2 });
    }
  });
});
