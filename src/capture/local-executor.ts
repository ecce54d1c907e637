import { once } from 'node:events';
import type { ModelDefinition } from '../model/definition.js';
import type { EngineChoice, Executor } from './executor.js';
import { openModelSession, type ModelSession } from './model-session.js';
import type { MakeOptions } from './schedule.js';

/** Settles once the executors opened before have closed: engine and `Math.random` are the process's, for one at a time. */
let others: Promise<unknown> = Promise.resolve();

/** Makes runs of a definition in this process, one at a time, once no other executor does. */
export function localExecutor(definition: ModelDefinition, choice: EngineChoice): Executor {
  const turn = others;
  const [abandoned, closed] = [new AbortController(), new AbortController()];
  others = Promise.all([turn, once(closed.signal, 'abort')]);
  const tooLate = once(abandoned.signal, 'abort').then(() => {
    throw new Error('closed before its turn');
  });
  const session = Promise.race([turn, tooLate]).then(() => openModelSession(definition, choice));
  // Who closes it before it is asked for anything does not hear of it.
  session.catch(() => {});
  let last: Promise<unknown> = Promise.resolve();
  let closing: Promise<void> | null = null;
  const inTurn = <T>(task: (open: ModelSession) => Promise<T>): Promise<T> => {
    const made = last.then(async () => {
      if (closing !== null) throw new Error('closed');
      return task(await session);
    });
    last = made.catch(() => {});
    return made;
  };
  return {
    capacity: 1,
    describe: (request) => inTurn((open) => open.describe(request)),
    places: (spec) => inTurn((open) => open.places(spec)),
    flops: (spec) => inTurn((open) => open.flops(spec)),
    settings: (spec) => inTurn((open) => open.settings(spec)),
    run: (spec, how) => inTurn((open) => open.run(spec, heeding(how))),
    train: (trial, how) => inTurn((open) => open.train(trial, heeding(how))),
    close: () => {
      abandoned.abort();
      // What is under way still needs the engine.
      closing ??= last
        .then(() => session)
        .then(
          (open) => open.dispose(),
          // A session that never opened has nothing to free; its error was thrown by describe.
          () => {},
        )
        .finally(() => closed.abort());
      return closing;
    },
  };
}

/** Ends a run between two of its steps once the signal fires. */
function heeding({ onStep, signal }: MakeOptions): MakeOptions['onStep'] {
  signal.throwIfAborted();
  return (done, total) => {
    signal.throwIfAborted();
    onStep(done, total);
  };
}
