import { runName, type ProgressEvent } from '../capture/progress.js';
import { shownName } from '../visible.js';
import { durationText } from './duration.js';

/** What a redrawn progress display shows. */
export interface LiveState {
  name: string;
  engine: string;
  total: number;
  finished: number;
  remainingMs: number | null;
  /** Steps done of the runs under way, by the run's name. */
  running: ReadonlyMap<string, { done: number; total: number | null }>;
}

/** The display's next state; null until the plan is known. */
export function liveState(state: LiveState | null, event: ProgressEvent): LiveState | null {
  if (event.type === 'plan') {
    const { engine, runs: total, resumed: finished, stage } = event;
    const name = stage === undefined ? event.name : `${event.name}, ${stage}`;
    return { name, engine, total, finished, remainingMs: null, running: new Map() };
  }
  if (state === null || event.type === 'warning' || event.type === 'round') return state;
  const key = runName(event);
  const running = new Map(state.running);
  if (event.type === 'run-finished') {
    running.delete(key);
    const { finished, total, remainingMs } = event;
    return { ...state, finished, total, remainingMs, running };
  }
  running.set(key, event.type === 'run-step' ? { done: event.done, total: event.total } : { done: 0, total: null });
  return { ...state, running };
}

/** The display as text of at most `columns` characters a line: a bar, then a line for each run under way. */
export function liveFrame(state: LiveState, columns: number): string {
  const left = state.remainingMs === null ? '' : `, about ${durationText(state.remainingMs)} left`;
  const head = `${shownName(state.name)} on ${state.engine}: ${state.finished} of ${state.total} runs${left}`;
  const width = Math.max(8, Math.min(40, columns - 4));
  // A run half way counts half: with few runs the bar would otherwise stand still for long.
  const partial = [...state.running.values()].reduce((sum, { done, total }) => sum + (total ? done / total : 0), 0);
  const share = state.total === 0 ? 1 : Math.min(1, (state.finished + partial) / state.total);
  const filled = Math.round(width * share);
  const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
  const runs = [...state.running].map(([key, { done, total }]) =>
    total === null ? `  ${key}: building` : `  ${key}: ${Math.round((100 * done) / total)} %`,
  );
  return [head, `  ${bar}`, ...runs].map((line) => line.slice(0, columns - 1)).join('\n');
}
