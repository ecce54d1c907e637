import type { RecordSet } from '../records/record-set.js';

/**
 * Names a place that one run passes once as others name it that pass it more often: `logits` becomes `logits#1` where
 * another run has a `logits#1`.
 *
 * Attention with heads of a fixed size has one head at the narrowest width and several at wider ones.
 */
export function withNumberedRepeats(set: RecordSet): RecordSet {
  const names = new Set(set.runs.flatMap(({ taps }) => taps.map(({ name }) => name)));
  const alone = new Set([...names].filter((name) => names.has(`${name}#1`)));
  if (alone.size === 0) return set;
  const numbered = (name: string) => (alone.has(name) ? `${name}#1` : name);
  return {
    header: set.header,
    runs: set.runs.map((run) => ({ ...run, taps: run.taps.map((tap) => ({ ...tap, name: numbered(tap.name) })) })),
    rows: set.rows.map((row) => ({
      ...row,
      ...(row.subject === 'tap' && { name: numbered(row.name) }),
      ...(row.tap !== undefined && { tap: numbered(row.tap) }),
    })),
  };
}
