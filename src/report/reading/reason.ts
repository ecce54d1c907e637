import type { ParameterResult } from '../../verdict/result.js';
import { isNotable } from './ranking.js';

/** Why a parameter came out as it did, and what would settle it where it could not be told. */
export function parameterReason(row: ParameterResult): { reason: string | null; settle: string | null } {
  // What passes needs no reason but its own: that it is downstream of a cause. What fails does so not for what is open.
  const told = [row.isolatedUpdate, row.init].filter(
    ({ outcome }) => row.outcome !== 'pass' && (row.outcome !== 'fail' || outcome === 'fail'),
  );
  const notable = told.filter(isNotable);
  const first = [...notable, ...told].find(({ reason }) => reason !== null);
  const settling = notable.find(({ settle }) => settle !== null);
  return { reason: row.reason ?? first?.reason ?? null, settle: settling?.settle ?? null };
}
