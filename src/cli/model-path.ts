import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { failure } from '../errors.js';

/**
 * The model's path relative to the working folder.
 *
 * @param words - what stood on the command line besides flags
 * @throws CoordCheckError USAGE, MODEL_FILE_MISSING where they are not one file
 */
export function modelPath([model, ...more]: readonly string[], folder: string): string {
  if (model === undefined) {
    throw failure('USAGE', {
      mistake: 'expected a model file or a command, got neither',
      hint: 'For example: coordcheck model.ts. `coordcheck init` writes a template; see coordcheck --help.',
    });
  }
  const path = resolve(folder, model);
  const isFile = existsSync(path) && statSync(path).isFile();
  // One word without a dot or a slash was meant as a command.
  if (!isFile && /^[\w-]+$/.test(model)) {
    throw failure('USAGE', {
      mistake: `expected a model file or a command, got "${model}", which is neither`,
      hint: 'Commands: check, prescribe, report, init, doctor, rules, explain. See coordcheck --help.',
    });
  }
  if (!isFile) throw failure('MODEL_FILE_MISSING', { path: model });
  if (more.length > 0) {
    throw failure('USAGE', {
      mistake: `expected one model file, got ${more.length + 1}: ${[model, ...more].join(', ')}`,
      hint: 'Check them one after the other; lists such as --widths 64,128 are separated by commas.',
    });
  }
  return relative(folder, path);
}
