import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { CoordCheckError, failure } from '../errors.js';
import type { ModelDefinition } from './definition.js';
import { normalizeDefinition } from './normalize.js';
import { sourceFingerprint } from './source-fingerprint.js';

/** A model definition with the file it came from. */
export interface LoadedModel {
  definition: ModelDefinition;
  /** Its own name, else the file's. */
  name: string;
  /** Fingerprint of the file's text and its local imports': a journal of another text is not resumed. */
  fingerprint: string;
}

/** Imports of TF.js in a model file, all of which resolve to the one instance of the engine. */
const TFJS_NAMES = ['@tensorflow/tfjs', '-core', '-layers', '-node', '-node-gpu'].map((name) =>
  name.startsWith('@') ? name : `@tensorflow/tfjs${name}`,
);

/**
 * Loads a TypeScript or JavaScript module with coordcheck and TF.js imports resolved to this process's own.
 *
 * @param path - a file path, relative to the working folder
 * @throws CoordCheckError MODEL_FILE_MISSING, MODEL_SYNTAX, TWO_TFJS
 */
export async function loadModule(path: string): Promise<unknown> {
  const absolute = resolve(path);
  if (!existsSync(absolute)) throw failure('MODEL_FILE_MISSING', { path });
  const jiti = createJiti(import.meta.url, {
    interopDefault: false,
    moduleCache: false,
    fsCache: false,
    virtualModules: await virtualModules(),
  });
  try {
    const loaded = await jiti.import(absolute);
    refuseSecondTfjs();
    return loaded;
  } catch (error) {
    if (error instanceof CoordCheckError) throw error;
    throw failure('MODEL_SYNTAX', { path, why: firstLine(error) }, { cause: error });
  }
}

/**
 * Loads a model file.
 *
 * @throws CoordCheckError also NO_DEFAULT_EXPORT, DEFINITION_INVALID
 */
export async function loadModel(source: string | URL): Promise<LoadedModel> {
  const path = source instanceof URL || source.startsWith('file:') ? fileURLToPath(source) : source;
  const loaded = await loadModule(path);
  const exported = (loaded as { default?: unknown } | null)?.default;
  if (exported === undefined || exported === null) {
    const names = loaded !== null && typeof loaded === 'object' ? Object.keys(loaded) : [];
    const got = names.length === 0 ? 'no export at all' : `only ${names.map((n) => `'${n}'`).join(', ')}`;
    throw failure('NO_DEFAULT_EXPORT', { path, got });
  }
  const definition = normalizeDefinition(exported, path);
  return {
    definition,
    name: definition.name ?? basename(path).replace(/\.[cm]?[jt]sx?$/, ''),
    fingerprint: sourceFingerprint(resolve(path)),
  };
}

async function virtualModules(): Promise<Record<string, unknown>> {
  const [{ tf }, coordcheck, mup] = await Promise.all([
    import('../engine/tf.js'),
    import('./public.js'),
    import('../mup/index.js'),
  ]);
  const tfjs = { ...tf, default: tf };
  return {
    ...Object.fromEntries(TFJS_NAMES.map((name) => [name, tfjs])),
    coordcheck,
    'coordcheck/mup': mup,
  };
}

/** A second `tf-core.node.js` in the process shares an engine but no classes: its layers could not be tapped. */
function refuseSecondTfjs(): void {
  const { cache } = createRequire(import.meta.url);
  const copies = Object.keys(cache).filter((file) => /tf-core(\.node)?(\.min)?\.js$/.test(file));
  if (copies.length > 1) throw failure('TWO_TFJS', { paths: copies.join(' and ') });
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split('\n').slice(0, 2).join(' ').trim();
}
