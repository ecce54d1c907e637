import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../../src/verdict/result.js';
import { coordcheck, fixture, folderWith } from './cli.js';

/** A finished check: its exit code and its result. */
export interface Checked {
  code: number | null;
  result: CheckResult;
}

/** Checks a fixture at its default settings, but for what the flags say. */
export async function checked(name: string, flags: readonly string[] = []): Promise<Checked> {
  const out = folderWith({});
  const { code, stderr } = await coordcheck([fixture(name), ...flags, '--out', out]);
  const file = flags.includes('--control') ? `${name}-control-sp` : name;
  try {
    return { code, result: JSON.parse(readFileSync(join(out, `${file}.result.json`), 'utf8')) as CheckResult };
  } catch (error) {
    throw new Error(`no result of ${name}: ${stderr}`, { cause: error });
  }
}

/** What a check found at fault: parameter, exponent of its rate (or `init`), exponent of its initial size. */
export function faults({ diagnosis }: CheckResult) {
  return diagnosis.flatMap(({ parameters, fix }) =>
    parameters.map((p) => [p, fix.learningRateExponent ?? 'init', fix.initExponent ?? null]),
  );
}
