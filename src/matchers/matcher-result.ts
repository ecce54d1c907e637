import type { Outcome } from '../verdict/result.js';
import { visible } from '../visible.js';

/** What a matcher answers, as vitest and jest take it. */
export interface MatcherResult {
  pass: boolean;
  message: () => string;
  actual?: unknown;
  expected?: unknown;
}

/** The part of a test runner's matcher state that is read. */
export type MatcherState = { isNot?: boolean } | void;

/** Whether an outcome settles nothing. */
export function isOpen(outcome: Outcome): boolean {
  return outcome === 'inconclusive' || outcome === 'inapplicable';
}

/** What a matcher answers to an outcome: one that is open satisfies neither the assertion nor its negation. */
export function isSatisfied(outcome: Outcome, isNegated: boolean): boolean {
  return isOpen(outcome) ? isNegated : outcome === 'pass';
}

/** A definition checked or swept in its own process has no command to repeat it by. */
export function repeatLine({ command }: { command: string }): string[] {
  return command === '' ? [] : [`repeat: ${command}`];
}

/**
 * The message of a matcher, of its lines: each as it can be shown, since test runners print messages as they are.
 *
 * Line by line, so that a line break in a name cannot pass for one of the message's own.
 */
export function messageOf(lines: readonly string[]): string {
  return lines.map(visible).join('\n');
}
