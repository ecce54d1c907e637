import { openPool } from '../../src/parallel/pool.js';

/** A process with a pool, for tests to kill: prints its two workers' process ids once both are at work. */
const mode = process.argv[2] ?? 'spin';
const pool = openPool({ script: new URL('worker.ts', import.meta.url), workers: 2, execArgv: process.execArgv });
if (mode === 'print') {
  await pool.run('print', null);
  console.log('done');
} else {
  const work = [0, 1].map(
    () => new Promise((resolve) => void pool.run(mode, { ms: 60_000 }, { onEvent: resolve }).catch(() => {})),
  );
  console.log((await Promise.all(work)).join(' '));
  await new Promise(() => {});
}
await pool.close();
