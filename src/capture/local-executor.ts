import type { ModelDefinition } from '../model/definition.js';
import type { EngineChoice, Executor } from './executor.js';
import { openModelSession, type ModelSession } from './model-session.js';
import type { MakeOptions } from './schedule.js';

/** Settles once the executors opened before have closed: engine and `Math.random` are the process's, for one at a time. */
let others: Promise<void> = Promise.resolve();

/** Makes runs of a definition in this process, one at a time, once no other executor does. */
export function localExecutor(definition: ModelDefinition, choice: EngineChoice): Executor {
  const turn = others;
  let leave = (): void => {};
  const left = new Promise<void>((resolve) => (leave = resolve));
  others = turn.then(() => left);
  let abandon = (): void => {};
  const abandoned = new Promise<never>((_, reject) => {
    abandon = () => reject(new Error('closed before its turn'));
  });
  const session = Promise.race([turn, abandoned]).then(() => openModelSession(definition, choice));
  // Who closes it before it is asked for anything does not hear of it.
  session.catch(() => {});
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: (open: ModelSession) => Promise<T>): Promise<T> => {
    const made = last.then(async () => task(await session));
    last = made.catch(() => {});
    return made;
  };
  let closing: Promise<void> | null = null;
  return {
    capacity: 1,
    describe: (request) => inTurn((open) => open.describe(request)),
    places: (spec) => inTurn((open) => open.places(spec)),
    flops: (spec) => inTurn((open) => open.flops(spec)),
    settings: (spec) => inTurn((open) => open.settings(spec)),
    run: (spec, how) => inTurn((open) => open.run(spec, heeding(how))),
    train: (trial, how) => inTurn((open) => open.train(trial, heeding(how))),
    close: () => {
      abandon();
      // What is under way still needs the engine.
      closing ??= last
        .then(() => session)
        .then(
          (open) => open.dispose(),
          // A session that never opened has nothing to free; its error was thrown by describe.
          () => {},
        )
        .finally(leave);
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
