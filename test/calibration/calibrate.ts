// Checks the zoo over seed roots, rates and width ladders, and compares verdicts and diagnoses with what is known of each
// specimen. Records are kept, so a calibration that is stopped goes on, and a changed method is judged without training.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../bench/child.js';
import { missedBars } from './bars.js';
import { jobName, jobsOf, type Ladder } from './job.js';
import { judged, type Judged } from './judged.js';
import { openStore } from './records-store.js';
import { reportOf } from './report.js';
import { trainJob } from './train.js';

const { values } = parseArgs({
  options: {
    roots: { type: 'string', default: '100-119' },
    rates: { type: 'string', default: '1' },
    ladders: { type: 'string', default: 'default' },
    only: { type: 'string', default: '' },
    minutes: { type: 'string', default: '' },
    tuning: { type: 'boolean', default: false },
    'judge-only': { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    report: { type: 'string', default: '' },
    store: { type: 'string', default: 'reports/calibration' },
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
});
if (jobs.length === 0) throw new Error(`no specimen matches --only ${only}`);
const store = await openStore(path.resolve(ROOT, values.store));
if (!values['judge-only']) await trainMissing();

const finished = jobs.filter((job) => store.has(job));
const all: Judged[] = [];
for (const job of finished) {
  const one = await judged(job, await store.read(job));
  all.push(one);
  if (values.details) console.error(detail(one));
}
const words = process.argv.slice(2);
const command = ['npm run calibrate', ...(words.length > 0 ? ['--', ...words] : [])].join(' ');
const report = reportOf(all, { command, missing: jobs.length - finished.length });
console.log(report);
const missed = missedBars(all);
for (const bar of missed) console.error(`not met: ${bar}`);
process.exitCode = missed.length === 0 ? 0 : 1;
if (values.report !== '') await writeFile(path.resolve(ROOT, values.report), report);

/** Trains what has no records yet, as many at once as there are cores, until the time given is over. */
async function trainMissing(): Promise<void> {
  const queue = jobs.filter((job) => !store.has(job));
  const deadline =
    performance.now() + (values.minutes === '' ? Number.POSITIVE_INFINITY : Number(values.minutes) * 6e4);
  let done = 0;
  const total = queue.length;
  const lane = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined && performance.now() < deadline; job = queue.shift()) {
      const start = performance.now();
      await store.save(job, await trainJob(job));
      done += 1;
      console.error(`${done}/${total} ${jobName(job)} ${((performance.now() - start) / 1000).toFixed(1)} s`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
}

/** One line of what was found, to look into. */
function detail({ job, result, score }: Judged): string {
  const causes = result.diagnosis.map(({ cause, parameters, taps = [], fix }) => {
    const cure = Object.entries(fix).map(([kind, e]) => `${kind.replace('Exponent', '')} ${e}`);
    return `${cause} ${cure.join(' ')} at ${[...parameters, ...taps].join(', ')}`;
  });
  const flags = [score.isCauseRight, score.isParameterRight, score.isExponentRight].map((is) =>
    is === null ? '' : is ? '+' : '–',
  );
  const why = score.outcome === 'inconclusive' || score.outcome === 'missed' ? result.summary : causes.join(' | ');
  return `${jobName(job)}: ${score.outcome} ${flags.join('')} ${why}`;
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
