import { existsSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { failure } from '../errors.js';

/**
 * The model's path relative to the working folder.
 *
 * @param words - what stood on the command line besides flags
 * @param command - the one that was given; none for a bare `coordcheck`
 * @throws CoordCheckError USAGE, MODEL_FILE_MISSING where they are not one file
 */
export function modelPath([model, ...more]: readonly string[], folder: string, command?: string): string {
  if (model === undefined) {
    throw failure('USAGE', {
      mistake: `expected a model file${command === undefined ? ' or a command, got neither' : ` after ${command}, got none`}`,
      hint: `For example: coordcheck ${command === undefined ? '' : `${command} `}model.ts. \`coordcheck init\` writes a template; see coordcheck --help.`,
    });
  }
  const path = resolve(folder, model);
  const isFile = existsSync(path) && statSync(path).isFile();
  // One word without a dot or a slash was meant as a command.
  if (!isFile && command === undefined && /^[\w-]+$/.test(model)) {
    throw failure('USAGE', {
      mistake: `expected a model file or a command, got "${model}", which is neither`,
      hint: 'Commands: check, prescribe, sweep, tune, report, init, doctor, rules, explain. See coordcheck --help.',
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
