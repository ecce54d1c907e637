// Checks the zoo over seed roots, rates and width ladders, and compares verdicts and diagnoses with what is known of each
// specimen. What each check came to is kept in a ledger, so a calibration goes on where it was stopped, on any machine; its
// records are kept beside, so that a changed method is judged without training.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, run } from '../bench/child.js';
import { missedBars } from './bars.js';
import { jobName, jobsOf, type Ladder } from './job.js';
import { isAsExpected, judged, type Judged } from './judged.js';
import { openLedger } from './ledger.js';
import { openStore } from './records-store.js';
import { reportOf } from './report.js';
import { openLane } from './train.js';

/** Roots below this are for changes of the method. */
const FIRST_REPORTED = 100;

const { values } = parseArgs({
  options: {
    roots: { type: 'string', default: '100-119' },
    rates: { type: 'string', default: '1' },
    ladders: { type: 'string', default: 'default' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '' },
    tuning: { type: 'boolean', default: false },
    right: { type: 'boolean', default: false },
    'judge-only': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    report: { type: 'string', default: '' },
    store: { type: 'string', default: 'reports/calibration' },
    ledger: { type: 'string', default: 'reports/calibration.csv' },
  },
});

// Every MLP once: what the gate of a change can wait for.
const { only, roots } = values.quick ? { only: 'mlp/*', roots: '0' } : values;
const jobs = jobsOf({
  only: listed(only),
  roots: listed(roots).flatMap(rootsOf),
  rates: listed(values.rates).map(Number),
  ladders: listed(values.ladders) as Ladder[],
  isTuning: values.tuning,
  isRight: values.right,
});
if (jobs.length === 0) throw new Error(`no specimen matches --only ${only}`);
const isReported = !values.tuning && !values.quick;
if (isReported && jobs.some(({ root }) => root < FIRST_REPORTED))
  throw new Error(`expected roots from ${FIRST_REPORTED} on, or --tuning; got ${roots}`);
const store = await openStore(path.resolve(ROOT, values.store));
// What the method is made with, and what only shows whether it still holds, is not what is reported.
const ledger = await openLedger(isReported ? path.resolve(ROOT, values.ledger) : null);
const commit = await currentCommit();
const deadline = performance.now() + (values.minutes === '' ? Number.POSITIVE_INFINITY : Number(values.minutes) * 6e4);
const queue = jobs.filter((job) => (values['judge-only'] ? store.has(job) : ledger.get(job) === undefined));
const total = queue.length;
let done = 0;
let failures = 0;
// As many at once as there are cores.
await Promise.all(Array.from({ length: availableParallelism() }, lane));

const all = ledger.all();
const words = process.argv.slice(2);
const command = ['npm run calibrate', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
const report = reportOf(all, { command, missing: jobs.filter((job) => ledger.get(job) === undefined).length });
console.log(report);
const missed = missedBars(all);
for (const bar of missed) console.error(`not met: ${bar}`);
process.exitCode = missed.length + failures === 0 ? 0 : 1;
if (values.report !== '') await writeFile(path.resolve(ROOT, values.report), report);

/** Makes and judges one check after the other, until none is left or the time given is over. */
async function lane(): Promise<void> {
  const trainer = openLane();
  try {
    for (let job = queue.shift(); job !== undefined && performance.now() < deadline; job = queue.shift()) {
      const start = performance.now();
      const records = store.has(job) ? null : await trainer.train(job).catch((error) => error as Error);
      if (records instanceof Error) {
        // The others need not wait for it to be looked into.
        console.error(`${++done}/${total} ${records.message}`);
        failures += 1;
        continue;
      }
      if (records !== null) await store.save(job, records);
      const one = await judged(job, await store.read(job), commit);
      await ledger.set(one);
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      console.error(`${++done}/${total} ${jobName(job)} ${seconds} s: ${resultText(one)}`);
    }
  } finally {
    trainer.close();
  }
}

/** What a check came to; with `--details`, of what was as expected too, what the verdict stands on. */
function resultText(one: Judged): string {
  const { outcome, isCauseRight, isParameterRight, isExponentRight } = one.score;
  const flags = [isCauseRight, isParameterRight, isExponentRight].map((is) => (is === null ? '' : is ? '+' : '–'));
  const said = values.details || !isAsExpected(one) ? one.said : '';
  return [outcome, flags.join(''), said].filter((word) => word !== '').join(' ');
}

/** The last commit that changed the method or the zoo; marked where files differ from it. */
async function currentCommit(): Promise<string> {
  const git = async (...args: string[]) => (await run('git', ['-C', ROOT, ...args])).stdout.trim();
  const of = ['--', 'src', 'fixtures/zoo', 'fixtures/models'];
  const [commit, changes] = await Promise.all([
    git('log', '-1', '--format=%h', '--abbrev=10', ...of),
    git('status', '--porcelain', ...of),
  ]);
  return changes === '' ? commit : `${commit}+`;
}

function listed(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

function rootsOf(word: string): number[] {
  const [from = Number.NaN, to = from] = word.split('-').map(Number);
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to))
    throw new Error(`expected roots as 100-119, got ${word}`);
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
