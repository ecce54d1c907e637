import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { openPool, PoolClosed, WorkerLost, type Pool } from '../../src/parallel/pool.js';

const execArgv = ['--import', import.meta.resolve('jiti/register')];
const script = new URL('worker.ts', import.meta.url);

let pool: Pool;
afterEach(() => pool.close(true));

function open(workers: number): Pool {
  pool = openPool({ script, workers, execArgv, env: { COORDCHECK_FROM_TEST: 'yes' } });
  return pool;
}

/** Whether a process is still there; a zombie counts until its parent reaps it. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Resolves with a running task's process id, which `wait` and `spin` emit first. */
function started(
  task: string,
  argument: unknown,
  signal?: AbortSignal,
): { pid: Promise<number>; done: Promise<unknown> } {
  let done: Promise<unknown> = Promise.resolve();
  const pid = new Promise<number>((resolve) => {
    done = pool.run(task, argument, { onEvent: (event) => resolve(event as number), ...(signal && { signal }) });
  });
  done.catch(() => {});
  return { pid, done };
}

describe('openPool', () => {
  it('carries NaN, infinities and typed arrays both ways', async () => {
    const argument = { a: [NaN, Infinity, -Infinity], b: new Float32Array([1, NaN]), c: new Map([['d', null]]) };
    expect(await open(1).run('echo', argument)).toEqual(argument);
  });

  it('gives workers the flags and environment asked for', async () => {
    expect(await open(1).run('flags', null)).toEqual({ execArgv, fromTest: 'yes' });
  });

  it('hears all events before the result, in order', async () => {
    const events: unknown[] = [];
    const result = await open(1).run('count', 50, { onEvent: (event) => events.push(event) });
    expect(result).toBe(50);
    expect(events).toEqual(Array.from({ length: 50 }, (_, i) => ({ i, value: NaN })));
  });

  it('starts tasks in the order they were given, in long-lived processes', async () => {
    open(1);
    const order: unknown[] = [];
    const tasks = [3, 1, 2].map(async (value) => order.push(await pool.run('wait', { ms: 20 / value, value })));
    const pids = [pool.run('pid', null), pool.run('pid', null)];
    await Promise.all(tasks);
    expect(order).toEqual([3, 1, 2]);
    expect(await pids[0]).toBe(await pids[1]);
  });

  it('runs as many tasks at once as it has workers', async () => {
    open(2);
    const pids = await Promise.all([started('wait', { ms: 300 }).pid, started('wait', { ms: 300 }).pid]);
    expect(new Set(pids).size).toBe(2);
  });

  it('rejects with what the task threw, and goes on with the same process', async () => {
    const pid = await open(1).run('pid', null);
    await expect(pool.run('throwOurs', null)).rejects.toMatchObject({ code: 'TOO_FEW_WIDTHS', exitCode: 2 });
    await expect(pool.run('throwTheirs', null)).rejects.toMatchObject({
      name: 'RangeError',
      message: 'shape [3] is wrong',
      stack: expect.stringContaining('worker.ts'),
    });
    await expect(pool.run('returnFunction', null)).rejects.toThrow(/could not be cloned/);
    await expect(pool.run('echo', () => 0)).rejects.toThrow(/argument of task 'echo' cannot be sent/);
    await expect(pool.run('none', null)).rejects.toThrow(/no task 'none'/);
    expect(await pool.run('pid', null)).toBe(pid);
  });

  it('keeps what workers print off stdout', async () => {
    const parent = spawnParent('print');
    let [out, err] = ['', ''];
    parent.stdout.on('data', (data) => (out += data));
    parent.stderr.on('data', (data) => (err += data));
    await once(parent, 'close');
    expect({ out, err }).toEqual({ out: 'done\n', err: 'printed by the worker\n' });
  });
});

describe('WorkerLost', () => {
  it('rejects only the task whose process was killed, and the queue goes on in a fresh one', async () => {
    open(1);
    const events: unknown[] = [];
    const lost = pool.run('killItself', null, { onEvent: (event) => events.push(event) });
    const next = pool.run('echo', 'alive');
    await expect(lost).rejects.toBeInstanceOf(WorkerLost);
    await expect(lost).rejects.toMatchObject({ signal: 'SIGKILL', exitCode: null });
    expect(events).toEqual(['last words']);
    expect(await next).toBe('alive');
  });

  it('tells an exit with its status', async () => {
    await expect(open(1).run('exit', 7)).rejects.toMatchObject({ name: 'WorkerLost', exitCode: 7, signal: null });
  });

  it('does not touch the next task when a process died idle', async () => {
    const pid = await open(1).run<number>('pid', null);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => lives(pid)).toBe(false);
    expect(await pool.run('echo', 1)).toBe(1);
  });

  it('rejects every task where the script does not load, and hangs on none', async () => {
    pool = openPool({ script: new URL('none.js', import.meta.url), workers: 1, env: { NODE_NO_WARNINGS: '1' } });
    const tasks = [pool.run('echo', 1), pool.run('echo', 2)];
    for (const task of tasks) await expect(task).rejects.toMatchObject({ name: 'WorkerLost', exitCode: 1 });
  });
});

describe('an abort', () => {
  it('kills the process of a task that never yields, before it rejects', async () => {
    open(1);
    const controller = new AbortController();
    const { pid, done } = started('spin', null, controller.signal);
    const spinning = await pid;
    controller.abort();
    await expect(done).rejects.toMatchObject({ name: 'AbortError' });
    expect(lives(spinning)).toBe(false);
    expect(await pool.run('echo', 1)).toBe(1);
  });

  it('takes a waiting task out of the queue and leaves the others', async () => {
    open(1);
    const controller = new AbortController();
    const first = pool.run('wait', { ms: 100, value: 'first' });
    const second = pool.run('exit', 1, { signal: controller.signal });
    const third = pool.run('echo', 'third');
    controller.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    expect(await Promise.all([first, third])).toEqual(['first', 'third']);
    await expect(pool.run('echo', 1, { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('close', () => {
  it('finishes the running task, rejects the waiting one, and leaves no process', async () => {
    open(1);
    const { pid, done } = started('wait', { ms: 200, value: 'whole' });
    const running = await pid;
    const waiting = pool.run('echo', 1);
    const closed = pool.close();
    await expect(waiting).rejects.toBeInstanceOf(PoolClosed);
    await closed;
    expect(await done).toBe('whole');
    expect(lives(running)).toBe(false);
    await expect(pool.run('echo', 1)).rejects.toBeInstanceOf(PoolClosed);
  });

  it('kills the running task when forced', async () => {
    open(2);
    const tasks = [started('spin', null), started('wait', { ms: 60_000 })];
    const pids = await Promise.all(tasks.map(({ pid }) => pid));
    await pool.close(true);
    for (const { done } of tasks) await expect(done).rejects.toBeInstanceOf(PoolClosed);
    expect(pids.map(lives)).toEqual([false, false]);
  });

  it('takes its signal listeners away again', async () => {
    const before = process.listenerCount('SIGINT');
    open(1);
    expect(process.listenerCount('SIGINT')).toBe(before + 1);
    await pool.close();
    expect(process.listenerCount('SIGINT')).toBe(before);
  });
});

/** A process of its own that opens a pool and says what its two workers' ids are. */
function spawnParent(mode: string) {
  const parent = fileURLToPath(new URL('parent.ts', import.meta.url));
  return spawn(process.execPath, [...execArgv, parent, mode], { stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('a parent that ends', () => {
  it.each([
    ['by SIGINT nobody handles', 'SIGINT', 'spin'],
    ['by SIGTERM nobody handles', 'SIGTERM', 'spin'],
    ['killed outright, its workers between two steps', 'SIGKILL', 'wait'],
  ] as const)('leaves no worker behind: %s', async (_what, signal, mode) => {
    const parent = spawnParent(mode);
    const [data] = await once(parent.stdout, 'data');
    const pids = String(data).trim().split(' ').map(Number);
    expect(pids.map(lives)).toEqual([true, true]);
    parent.kill(signal);
    const [, endedBy] = await once(parent, 'exit');
    expect(endedBy).toBe(signal);
    await expect.poll(() => pids.filter(lives), { timeout: 5000 }).toEqual([]);
  });
});
