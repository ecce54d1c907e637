import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { jobName, widthsOf, type Job } from './job.js';

/** A process that trains checks, one after the other. */
export interface Lane {
  /** @returns the check's records @throws Error with what went wrong, where there are none */
  train(job: Job): Promise<string>;
  close(): void;
}

const SCRIPT = fileURLToPath(new URL('lane.mjs', import.meta.url));

/** Checks a process makes before another takes its place: what an engine may have kept of them does not add up. */
const LIFETIME = 40;

/** Opens a lane; its process starts with the first check. */
export function openLane(): Lane {
  let child: ChildProcess | null = null;
  let trained = 0;
  const close = (): void => {
    child?.kill();
    child = null;
  };
  return {
    train: async (job) => {
      if (trained % LIFETIME === 0) close();
      trained += 1;
      if (child?.connected !== true) child = fork(SCRIPT, { execArgv: [] });
      const { id, rateFactor = 1 } = job.specimen;
      const answer = answerOf(child);
      child.send({ id, seed: job.root, rateFactor: rateFactor * job.rate, widths: widthsOf(job) }, () => {});
      const { text, error } = await answer;
      if (text !== undefined) return text;
      close();
      throw new Error(`no records of ${jobName(job)}: ${error}`);
    },
    close,
  };
}

/** A check's records, or why there are none. */
interface Answer {
  text?: string;
  error?: string;
}

/** What a process answers, or that it ended. */
async function answerOf(child: ChildProcess): Promise<Answer> {
  const stop = new AbortController();
  const { signal } = stop;
  const failing = (error: unknown) => ({ error: String(error) });
  const answer = once(child, 'message', { signal }).then(([message]) => message as Answer, failing);
  const end = once(child, 'exit', { signal }).then(
    ([code, by]) => ({ error: `its process ended with ${by ?? code}` }),
    failing,
  );
  try {
    return await Promise.race([answer, end]);
  } finally {
    stop.abort();
    await Promise.all([answer, end]);
  }
}
