import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordcheck, fixture, folderWith, start } from './cli.js';

const NAME = 'mnist-mlp-mup-adam';
const FLAGS = ['--widths', '64,128,256,512', '--seeds', '2', '--steps', '2', '--reporter', 'json'];

const records = (out: string) => readFileSync(join(out, `${NAME}.records.ndjson`), 'utf8');
/** Everything but the command, which names the folder and the number of workers. */
const comparable = (text: string) => text.replace(/"command":"(?:[^"\\]|\\.)*"/, '"command":""');

/** A check's exit code and records. Two seeds on four narrow widths need not settle every slope: 0 or 3. */
async function checked(flags: readonly string[]): Promise<{ code: number | null; rows: string }> {
  const out = folderWith({});
  const { code, stderr } = await coordcheck([fixture(NAME), ...FLAGS, '--out', out, ...flags]);
  expect([0, 3], stderr).toContain(code);
  return { code, rows: comparable(records(out)) };
}

async function untilLines(path: string, count: number): Promise<void> {
  for (let i = 0; i < 600; i += 1) {
    if (existsSync(path) && readFileSync(path, 'utf8').split('\n').length > count) return;
    await sleep(20);
  }
  throw new Error(`${path} never had ${count} lines`);
}

describe('records', () => {
  it.each(['onnx', 'wasm'])('of engine %s are equal byte for byte for one worker and for two', async (engine) => {
    const [two, one] = [
      ['--workers', '2'],
      ['--workers', '1'],
    ].map((flags) => checked(['--engine', engine, ...flags]));
    expect(await two).toEqual(await one);
  });

  it('differ for another root seed', async () => {
    expect((await checked(['--seed', '1'])).rows).not.toBe((await checked(['--seed', '0'])).rows);
  });

  it('of a check killed with SIGKILL and resumed equal an uninterrupted one’s', async () => {
    const out = folderWith({});
    const args = [fixture(NAME), ...FLAGS, '--out', out, '--workers', '1'];
    const { child, finished } = start(args);
    const journal = join(out, `${NAME}.journal.ndjson`);
    // The header and two runs: the rest are still to come.
    await untilLines(journal, 3);
    child.kill('SIGKILL');
    await finished;
    expect(existsSync(join(out, `${NAME}.records.ndjson`))).toBe(false);
    const before = readFileSync(journal, 'utf8').split('\n').length;
    const { code, stderr } = await coordcheck([...args, '--resume', '--verbose']);
    expect(before, stderr).toBeLessThan(10);
    expect(existsSync(journal)).toBe(false);
    expect({ code, rows: comparable(records(out)) }).toEqual(await checked([]));
  });

  it('of a check stopped by SIGINT are saved, and the command that goes on is printed', async () => {
    const out = folderWith({});
    const { child, finished } = start([fixture(NAME), ...FLAGS, '--out', out, '--workers', '1']);
    await untilLines(join(out, `${NAME}.journal.ndjson`), 2);
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(stderr).toMatch(/--resume/);
    expect(code).toBe(130);
    expect(readFileSync(join(out, `${NAME}.journal.ndjson`), 'utf8')).toMatch(/"run"/);
  });

  it('are not resumed from a journal of another check', async () => {
    const out = folderWith({});
    const { child, finished } = start([fixture(NAME), ...FLAGS, '--out', out, '--workers', '1']);
    await untilLines(join(out, `${NAME}.journal.ndjson`), 2);
    child.kill('SIGKILL');
    await finished;
    const { code, stderr } = await coordcheck([fixture(NAME), ...FLAGS, '--steps', '3', '--out', out, '--resume']);
    expect(stderr.replace(/\s+/g, ' ')).toMatch(/of this same check, but config\.steps was 2 and is 3/);
    expect(code).toBe(2);
  });
});

describe('coordcheck report', () => {
  it('judges saved records again without the model and without TF.js', async () => {
    const out = folderWith({});
    const first = await coordcheck([fixture(NAME), ...FLAGS, '--out', out]);
    const { code, stdout } = await coordcheck(['report', join(out, `${NAME}.records.ndjson`), '--out', out]);
    expect(stdout).toMatch(first.code === 0 ? /PASS/ : /INCONCLUSIVE/);
    expect(code).toBe(first.code);
  });
});
