import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { check, plan, type CheckPlan } from '../../src/check.js';
import { run } from '../../src/cli/run.js';
import { failure } from '../../src/errors.js';
import { failingResult, inconclusiveResult, passingResult } from '../report/check-result.js';
import { fakeTerminal } from './terminal.js';

vi.mock('../../src/check.js', () => ({
  check: vi.fn<typeof check>(),
  plan: vi.fn<typeof plan>(),
}));
vi.mock('../../src/report/render.js', () => import('./fake-render.js'));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coordcheck-cli-'));
  writeFileSync(join(folder, 'model.ts'), 'export default {};\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.resetAllMocks();
});

/** Runs a command line in the temporary folder. */
async function coordcheck(line: string, environment: Record<string, string> = {}) {
  const terminal = fakeTerminal({ folder, environment });
  const code = await run(line.split(' ').filter(Boolean), terminal);
  return { code, out: terminal.out(), err: terminal.err() };
}

describe('run', () => {
  it('exits 0, 1 or 3 with the verdict', async () => {
    const results = [passingResult(), failingResult(), inconclusiveResult()];
    for (const result of results) vi.mocked(check).mockResolvedValueOnce(result);
    const codes = [];
    for (const _ of results) codes.push((await coordcheck('model.ts --out o')).code);
    expect(codes).toEqual([0, 1, 3]);
  });

  it('gives the check its parsed settings and the command that repeats it', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    await coordcheck('check model.ts --widths 64,128 --widths 256 --set lr=0.1 --workers 2 --time-budget 2m', {
      COORDCHECK_ENGINE: 'cpu',
    });
    expect(vi.mocked(check).mock.calls[0]?.[0]).toBe('model.ts');
    expect(vi.mocked(check).mock.calls[0]?.[1]).toMatchObject({
      widths: [64, 128, 256],
      set: { lr: 0.1 },
      workers: 2,
      engine: 'cpu',
      timeBudgetMs: 120_000,
      out: 'reports',
      command: 'npx coordcheck model.ts --widths 64,128,256 --set lr=0.1 --engine cpu',
    });
  });

  it('leaves the model path alone when a list of widths stands before it', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    expect((await coordcheck('--widths 64,128 model.ts')).code).toBe(0);
    expect(vi.mocked(check).mock.calls[0]?.[0]).toBe('model.ts');
  });

  it('writes the report and the result, and names the report last', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    const { out, err } = await coordcheck('model.ts --out here');
    const { name } = passingResult();
    expect(out).toBe(`terminal of ${name}\nwrote: here/${name}.result.json\nreport: here/${name}.html\n`);
    expect(err).toBe('');
    expect(readFileSync(join(folder, `here/${name}.html`), 'utf8')).toBe(`html of ${name}\n`);
  });

  it('sends a report to the file or to stdout it was asked for', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    const { out, err } = await coordcheck('model.ts --reporter markdown,html=deep/a.html --reporter json=-');
    const { name } = passingResult();
    expect(out).toBe(`markdown of ${name}\njson of ${name}\n`);
    expect(err).toBe('report: deep/a.html\n');
    expect(existsSync(join(folder, 'deep/a.html'))).toBe(true);
  });

  it('refuses a reporter’s file that is a folder before it trains', async () => {
    mkdirSync(join(folder, 'pages'));
    const { code, err } = await coordcheck('model.ts --reporter html=pages');
    expect(code).toBe(2);
    expect(err).toContain('it is a folder');
    expect(check).not.toHaveBeenCalled();
  });

  it('says only verdict and paths when quiet', async () => {
    vi.mocked(check).mockResolvedValue(failingResult());
    const { out } = await coordcheck('model.ts --quiet --reporter terminal');
    expect(out).toBe(`fail ${failingResult().name}: ${failingResult().summary}\n`);
  });

  it('saves what was finished when a signal comes, and prints the command that goes on', async () => {
    vi.mocked(check).mockImplementation(async (_source, options) => {
      process.emit('SIGTERM', 'SIGTERM');
      options?.signal?.throwIfAborted();
      return passingResult();
    });
    const { code, err } = await coordcheck('model.ts --seeds 2 --out o');
    expect(code).toBe(143);
    expect(err).toContain('npx coordcheck model.ts --seeds 2 --out o --resume\n');
    expect(process.listenerCount('SIGTERM')).toBe(0);
  });

  it('exits with an error’s own code and prints sentence and hint', async () => {
    vi.mocked(check).mockRejectedValue(failure('ENGINE_UNAVAILABLE', { engine: 'onnx', reason: 'not installed' }));
    const { code, out, err } = await coordcheck('model.ts');
    expect(code).toBe(4);
    expect(out).toBe('');
    expect(err).toMatch(/^coordcheck: engine onnx cannot run here: not installed\n {2}Use --engine auto/);
  });

  it('shows where an unforeseen error happened only when asked', async () => {
    vi.mocked(check).mockRejectedValue(new RangeError('oops'));
    const brief = await coordcheck('model.ts');
    expect(brief).toMatchObject({ code: 4 });
    expect(brief.err).not.toContain('run.test.ts');
    expect((await coordcheck('model.ts --verbose')).err).toContain('run.test.ts');
  });

  it.each([
    ['', 'expected a model file or a command, got neither'],
    ['merge reports', 'expected a model file or a command, got "merge", which is neither'],
    ['nowhere.ts', 'there is none at nowhere.ts'],
    ['model.ts other.ts', 'expected one model file, got 2: model.ts, other.ts'],
    ['model.ts --widht 64', "unknown option '--widht'\n  Did you mean --width"],
    ['model.ts --widths', "option '--widths <N,N,…>' argument missing"],
    ['model.ts --widths 64,x', 'got "64,x", in --widths'],
    ['report', "missing required argument 'file'"],
    ['explain no-such-rule', 'expected the id of a rule or a cause, got no-such-rule'],
  ])('exits 2 on the wrong use %j', async (line, sentence) => {
    const { code, out, err } = await coordcheck(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
    expect(check).not.toHaveBeenCalled();
  });

  it('warns of a variable that names no setting', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    expect((await coordcheck('model.ts', { COORDCHECK_WIDHTS: '64' })).err).toContain('COORDCHECK_WIDHTS');
  });

  it('reads coordcheck.config.ts, and lets a flag beat it', async () => {
    vi.mocked(check).mockResolvedValue(passingResult());
    writeFileSync(join(folder, 'coordcheck.config.ts'), 'export default { steps: 2 as number, seeds: 7 };\n');
    await coordcheck('model.ts --steps 5');
    expect(vi.mocked(check).mock.calls[0]?.[1]).toMatchObject({ steps: 5, seeds: 7 });
    const { out } = await coordcheck('--print-config');
    expect(JSON.parse(out)).toMatchObject({
      seeds: { value: 7, from: 'config' },
      widths: { value: null, from: 'the model, else the default' },
    });
  });

  it('trains nothing on a dry run', async () => {
    const dry: CheckPlan = {
      name: 'mlp',
      engine: 'wasm',
      workers: 2,
      config: passingResult().config,
      durationMs: 65_000,
      taps: [{ name: 'dense_1', shape: [32, 64] }],
      parameters: [{ name: 'dense_1/kernel', shape: [784, 64], role: 'input', infinite: [false, true] }],
      runs: [{ width: 64, depth: null, seed: 0, memoryBytes: 3 * 2 ** 20 }],
    };
    vi.mocked(plan).mockResolvedValue(dry);
    const { code, out } = await coordcheck('model.ts --dry-run');
    expect(code).toBe(0);
    expect(out).toContain('memory of the largest run: 3 MiB; time: about 1 min 5 s');
    expect(out).toContain('dense_1/kernel  input  [784, 64∞]');
    expect(check).not.toHaveBeenCalled();
  });

  it('prints help and version on stdout with code 0', async () => {
    const help = await coordcheck('--help');
    expect(help).toMatchObject({ code: 0, err: '' });
    for (const word of ['report', 'init', '--target-width', 'Exit codes']) expect(help.out).toContain(word);
    expect((await coordcheck('--version')).out).toMatch(/^\d+\.\d+\.\d+/);
    expect((await coordcheck('check --help')).out).toContain('--dry-run');
  });

  it.each(['', 'check', 'prescribe', 'sweep', 'tune', 'report', 'explain'])(
    'prints the help of %j within the terminal',
    async (name) => {
      for (const columns of ['60', '80']) {
        const { out } = await coordcheck(`${name} --help`.trim(), { COLUMNS: columns });
        const tooWide = out.split('\n').filter(({ length }) => length > Number(columns));
        expect(tooWide).toEqual([]);
      }
    },
  );

  it('writes a template once, and never over a file', async () => {
    expect(await coordcheck('init new/model.ts')).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, 'new/model.ts'), 'utf8')).toContain('defineModel');
    expect(await coordcheck('init model.ts')).toMatchObject({ code: 2, out: '' });
    expect(readFileSync(join(folder, 'model.ts'), 'utf8')).toBe('export default {};\n');
  });

  it('offers ids that begin as a mistyped one does', async () => {
    const { code, err } = await coordcheck('explain hidden-rate-unscald');
    expect(code).toBe(2);
    expect(err).toContain('hidden-rate-unscaled, hidden-rate-overscaled');
    expect(err).not.toContain('readout-rate-unscaled');
  });

  it('lists the catalogue and explains a rule and a cause', async () => {
    const { out } = await coordcheck('rules');
    expect(out).toContain('unscaled-update');
    expect((await coordcheck('explain')).out).toBe(out);
    const wide = (await coordcheck('rules', { COLUMNS: '120' })).out;
    expect(wide).toMatch(/^ {2}frozen-parameter {2,}Every parameter moves/m);
    for (const columns of ['40', '60', '80']) {
      const narrow = (await coordcheck('rules', { COLUMNS: columns })).out;
      expect(Math.max(...narrow.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(Number(columns));
      expect(narrow.replaceAll(/\s+/g, ' ')).toBe(wide.replaceAll(/\s+/g, ' '));
    }
    expect((await coordcheck('explain unscaled-update')).out).toContain('Source: ');
    expect((await coordcheck('explain hidden-rate-unscaled', { COLUMNS: '40' })).out).toContain('hidden-rate-unscaled');
  });
});
