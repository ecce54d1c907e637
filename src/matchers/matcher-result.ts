/** What a matcher answers, as vitest and jest take it. */
export interface MatcherResult {
  pass: boolean;
  message: () => string;
  actual?: unknown;
  expected?: unknown;
}

/** The part of a test runner's matcher state that is read. */
export type MatcherState = { isNot?: boolean } | void;

/** A definition checked or swept in its own process has no command to repeat it by. */
export function repeatLine({ command }: { command: string }): string[] {
  return command === '' ? [] : [`repeat: ${command}`];
}
