import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { recheck } from '../../src/check.js';
import { run } from '../../src/cli/run.js';
import { failingResult, passingResult } from '../report/check-result.js';
import { transferringSweep } from '../report/sweep-result.js';
import { fakeTerminal } from './terminal.js';

vi.mock('../../src/check.js', () => ({ recheck: vi.fn<typeof recheck>() }));
vi.mock('../../src/report/render.js', () => import('./fake-render.js'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coordcheck-report-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.resetAllMocks();
});

/** Runs a command line in the temporary folder. */
async function coordcheck(line: string, environment: Record<string, string> = {}) {
  const terminal = fakeTerminal({ folder, environment });
  const code = await run(line.split(' '), terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

describe('coordcheck report', () => {
  it('reports saved files and exits with the worst verdict', async () => {
    vi.mocked(recheck).mockResolvedValueOnce(passingResult()).mockResolvedValueOnce(failingResult());
    const { code, out } = await coordcheck('report a.records.ndjson b.result.json --reporter terminal');
    expect(code).toBe(1);
    expect(out).toBe(`terminal of ${passingResult().name}\nterminal of ${failingResult().name}\n`);
    expect(vi.mocked(recheck).mock.calls).toEqual([
      [join(folder, 'a.records.ndjson')],
      [join(folder, 'b.result.json')],
    ]);
  });

  it('keeps stdout to the JSON that was asked for there', async () => {
    vi.mocked(recheck).mockResolvedValueOnce(passingResult());
    const { out, err } = await coordcheck('report b.result.json --reporter json=-,html');
    expect(out).toBe(`json of ${passingResult().name}\n`);
    expect(err).toBe(`report: reports/${passingResult().name}.html\n`);
  });

  it('writes no result of several over another', async () => {
    vi.mocked(recheck)
      .mockResolvedValueOnce(passingResult())
      .mockResolvedValueOnce({ ...passingResult(), notes: ['b'] });
    const { code, err } = await coordcheck('report a.result.json b.result.json --reporter html --out .');
    expect(code).toBe(2);
    expect(err).toContain(
      `expected a file of its own for every report, but ${passingResult().name}.html holds another`,
    );
  });

  it('reports a saved sweep into files that do not take the place of a check’s', async () => {
    vi.mocked(recheck).mockResolvedValueOnce(transferringSweep()).mockResolvedValueOnce(passingResult());
    const { code, out } = await coordcheck('report a.sweep.json b.result.json --reporter terminal,html,json --out .');
    expect(code).toBe(0);
    expect(out).toContain('terminal of teacher-student\n');
    expect(readFileSync(join(folder, 'teacher-student.sweep.html'), 'utf8')).toBe('html of teacher-student\n');
    expect(existsSync(join(folder, 'teacher-student.sweep.json'))).toBe(true);
    expect(existsSync(join(folder, 'mnist-mlp.html'))).toBe(true);
  });

  it('writes no report over another, and none over records', async () => {
    vi.mocked(recheck).mockResolvedValue(passingResult());
    const twice = await coordcheck('report b.result.json --reporter html=one,json=one');
    expect(twice.code).toBe(2);
    expect(twice.err).toContain('expected a file of its own for every report, but one holds another');
    writeFileSync(join(folder, 'a.records.ndjson'), 'records\n');
    const over = await coordcheck('report a.records.ndjson --reporter json=./a.records.ndjson');
    expect(over.code).toBe(2);
    expect(readFileSync(join(folder, 'a.records.ndjson'), 'utf8')).toBe('records\n');
  });

  it('takes what it takes from the config file and the environment, too, and nothing else', async () => {
    vi.mocked(recheck).mockResolvedValue(passingResult());
    writeFileSync(join(folder, 'coordcheck.config.ts'), "export default { out: 'there', widths: [64, 128] };\n");
    const { code, err, out } = await coordcheck('report b.result.json', { COORDCHECK_WIDTHS: 'of another command' });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain(`report: there/${passingResult().name}.html`);
  });
});
