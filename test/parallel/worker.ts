import { writeFileSync } from 'node:fs';
import { failure } from '../../src/errors.js';
import { serve } from '../../src/parallel/serve.js';

/** The worker that the pool's tests run. */
serve({
  echo: (argument: unknown) => argument,
  pid: () => process.pid,
  flags: () => ({ execArgv: process.execArgv, fromTest: process.env['COORDCHECK_FROM_TEST'] }),
  print: () => console.log('printed by the worker'),
  count: async (to: number, { emit }) => {
    for (let i = 0; i < to; i++) emit({ i, value: NaN });
    return to;
  },
  wait: ({ ms, value }: { ms: number; value?: unknown }, { emit }) => {
    emit(process.pid);
    return new Promise((resolve) => setTimeout(resolve, ms, value));
  },
  spin: (_: unknown, { emit }) => {
    emit(process.pid);
    for (;;);
  },
  touch: (path: string) => writeFileSync(path, ''),
  killItself: (_: unknown, { emit }) => {
    emit('last words');
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
  exit: (code: number) => process.exit(code),
  throwOurs: () => {
    throw failure('TOO_FEW_WIDTHS', { got: 2 });
  },
  throwTheirs: () => {
    throw new RangeError('shape [3] is wrong');
  },
  returnFunction: () => () => 0,
});
