import { eagerEngine } from './eager-engine.js';
import type { Engine, EngineName } from './engine.js';

/** An engine that has its name and its place in the order, but no code yet: it is never available. */
export function unbuiltEngine(name: EngineName): Engine {
  return eagerEngine({
    name,
    version: '',
    backendName: name,
    available: async () => 'not built into this version',
    load: async () => undefined,
  });
}
