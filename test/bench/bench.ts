// Compares our raw coordinate check with the `mup` package's on PyTorch; writes reports/bench.md and prints it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { ROOT, runScript } from './child.js';
import { measureCase, type CaseResult } from './measure-case.js';
import { measureDefaultChecks, measureOverhead } from './measure-overhead.js';
import { findPeer } from './peer.js';
import { renderReport } from './report.js';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: Object.keys(CASES).join(',') },
    rounds: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'auto' },
    quick: { type: 'boolean', default: false },
  },
});

const names = values.cases.split(',');
const unknown = names.filter((name) => !(name in CASES));
if (unknown.length > 0)
  throw new Error(`no such case: ${unknown.join(', ')}; there are ${Object.keys(CASES).join(', ')}`);
const rounds = values.quick ? 1 : Number(values.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) throw new Error('--rounds takes a positive whole number');
const { engine } = values;
const widthCount = values.quick ? 2 : Number.POSITIVE_INFINITY;

const say = (what: string) => console.error(`bench: ${what}`);

say('matrix products of both sides');
const ourEngine = await runScript<{ engine: string; gflops: number }>('matrix-product.mjs', [engine]);
const peer = await findPeer();

const cases: CaseResult[] = [];
for (const name of names) {
  say(name);
  cases.push(await measureCase(name, { rounds, engine, peer, widthCount }));
}
say('overheads');
const overheads = await measureOverhead(names, { rounds, engine, widthCount });
say('default checks');
const defaultChecks = await measureDefaultChecks(rounds, engine);

const options = process.argv.slice(2);
const command = ['npm run bench', ...(options.length > 0 ? ['--', ...options] : [])].join(' ');
const report = renderReport({ command, rounds, engine: ourEngine, peer, cases, overheads, defaultChecks });
const file = path.join(ROOT, 'reports', 'bench.md');
await mkdir(path.dirname(file), { recursive: true });
await writeFile(file, `${report}\n`);
console.log(report);
