import type { Verdict } from '../verdict/result.js';

const CODES = { pass: 0, fail: 1, inconclusive: 3 } as const satisfies Record<Verdict, number>;

/** The exit code of what nobody foresaw: a fault of coordcheck or of the machine. */
export const UNFORESEEN = 4;

/** The exit codes of signals, as shells count them: 128 + the signal's number. */
export const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** The exit code of one or several checks: a failure beats an inconclusive one, which beats a pass. */
export function exitCode(verdicts: readonly Verdict[]): number {
  const worst = (['fail', 'inconclusive'] as const).find((verdict) => verdicts.includes(verdict));
  return CODES[worst ?? 'pass'];
}
