import type { ModelDefinition } from '../model/definition.js';
import type { EngineChoice, Executor } from './executor.js';
import { openModelSession } from './model-session.js';

/** Makes runs of a definition in this process, one at a time. */
export function localExecutor(definition: ModelDefinition, choice: EngineChoice): Executor {
  const session = openModelSession(definition, choice);
  return {
    capacity: 1,
    describe: async (request) => (await session).describe(request),
    places: async (spec) => (await session).places(spec),
    flops: async (spec) => (await session).flops(spec),
    settings: async (spec) => (await session).settings(spec),
    run: async (spec, { onStep, signal }) => {
      signal.throwIfAborted();
      return (await session).run(spec, onStep);
    },
    train: async (trial, { onStep, signal }) => {
      signal.throwIfAborted();
      return (await session).train(trial, onStep);
    },
    close: async () => {
      // A session that never opened has nothing to free; its error was thrown by describe.
      const open = await session.catch(() => null);
      await open?.dispose();
    },
  };
}
