import { failure } from '../errors.js';
import type { Engine, EngineName, EngineOptions } from './engine.js';

/** An engine's entry in the list that `doctor` prints. */
export interface EngineListing {
  name: EngineName;
  /** Version of the backend package; empty where it is not installed. */
  version: string;
  /** True, or in one sentence why it cannot run here. */
  available: true | string;
}

/** Makes each engine, importing its code only then; in the order `auto` prefers them. */
const MAKERS: Record<EngineName, () => Promise<Engine>> = {
  'tfjs-node-gpu': async () => (await import('./native.js')).nativeEngine('tfjs-node-gpu'),
  onnx: async () => (await import('./onnx/onnx-engine.js')).onnxEngine(),
  'tfjs-node': async () => (await import('./native.js')).nativeEngine('tfjs-node'),
  wasm: async () => (await import('./wasm/wasm-engine.js')).wasmEngine(),
  cpu: async () => (await import('./cpu.js')).cpuEngine(),
};

/** The fast engine that is an (optional) dependency of ours. */
const EMBEDDED: EngineName = 'onnx';

const PREFERENCE = Object.keys(MAKERS) as EngineName[];

/**
 * A started engine: the one named, or with `auto` the fastest that can run here (tfjs-node-gpu where it sees a GPU,
 * onnx, tfjs-node, wasm, cpu).
 *
 * It becomes TF.js's current backend for the whole process; opening another one switches. The choice of `auto`
 * depends on the machine alone.
 *
 * @throws CoordCheckError ENGINE_UNAVAILABLE if the named engine cannot run here, with the reason
 */
export async function openEngine(name: EngineName | 'auto', options: EngineOptions): Promise<Engine> {
  const engine = name === 'auto' ? (await firstAvailable()).engine : await make(name);
  await engine.start(options);
  // Here, for it loads TF.js, which an engine that only says of itself does without.
  (await import('./tile-gradient.js')).installTileGradient();
  (await import('./reduction-gradients.js')).installReductionGradients();
  (await import('./power-gradients.js')).installPowerGradients();
  return engine;
}

/**
 * Why `auto` takes a slower engine than coordcheck comes with, in one sentence; null where it does not.
 *
 * The native engines are extras that few install: not having one is no news. `onnx` comes with coordcheck, so its absence
 * is.
 */
export async function fallbackNotice(): Promise<string | null> {
  const { engine, reasons } = await firstAvailable();
  const reason = reasons.get(EMBEDDED);
  if (reason === undefined) return null;
  return `engine ${EMBEDDED} cannot run here, so the slower ${engine.name} does: ${reason} (coordcheck doctor says more)`;
}

/** Every engine with its version and whether it can run here, in the order `auto` prefers them. Starts none. */
export async function listEngines(): Promise<EngineListing[]> {
  const listings: EngineListing[] = [];
  // One after the other: two TensorFlows loading at once would disturb each other.
  for (const name of PREFERENCE) {
    const engine = await make(name);
    listings.push({ name, version: engine.version, available: await engine.available() });
  }
  return listings;
}

async function make(name: EngineName): Promise<Engine> {
  const maker = Object.hasOwn(MAKERS, name) ? MAKERS[name] : undefined;
  if (maker) return maker();
  throw failure('ENGINE_UNAVAILABLE', { engine: name, reason: `the engines are ${PREFERENCE.join(', ')}` });
}

async function firstAvailable(): Promise<{ engine: Engine; reasons: ReadonlyMap<EngineName, string> }> {
  const reasons = new Map<EngineName, string>();
  for (const name of PREFERENCE) {
    const engine = await make(name);
    const available = await engine.available();
    if (available === true) return { engine, reasons };
    reasons.set(name, available);
  }
  const reason = [...reasons].map(([name, why]) => `${name}: ${why}`).join('; ');
  throw failure('ENGINE_UNAVAILABLE', { engine: 'auto', reason });
}
