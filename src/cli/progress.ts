import { runName, type ProgressEvent, type ProgressListener } from '../capture/progress.js';
import { shownName, visibleProse } from '../visible.js';
import { durationText } from './duration.js';
import { liveFrame, liveState, type LiveState } from './live-frame.js';
import type { Screen } from './terminal.js';

/** Shows a check's progress until it is stopped. */
export interface Progress {
  listen: ProgressListener;
  /** Clears what was redrawn in place; call it before anything else is printed. */
  stop: () => void;
}

/** How much is shown. */
export interface Loudness {
  quiet?: boolean;
  verbose?: boolean;
}

/**
 * Progress for a screen: redrawn in place on a terminal, one line a finished run anywhere else, nothing when quiet.
 *
 * log-update is loaded only for a terminal.
 */
export async function progress(screen: Screen, { quiet, verbose }: Loudness): Promise<Progress> {
  if (quiet) return { listen: () => {}, stop: () => {} };
  if (screen.isLive) return await liveProgress(screen);
  const listen: ProgressListener = (event) => {
    const line = progressLine(event, verbose === true);
    if (line !== null) screen.print(`${line}\n`);
  };
  return { listen, stop: () => {} };
}

/** One event as a line of a log; null for what only a redrawn display shows. */
export function progressLine(event: ProgressEvent, isVerbose: boolean): string | null {
  if (event.type === 'plan') return planLine(event);
  if (event.type === 'warning') return `warning: ${visibleProse(event.message)}`;
  if (event.type === 'round') return `measurement ${event.round}: ${event.what}`;
  if (event.type === 'run-retried') return `${runName(event)}: tried again: ${visibleProse(event.reason)}`;
  if (event.type === 'run-finished') return finishedLine(event);
  return event.type === 'run-started' && isVerbose ? `${runName(event)}: started` : null;
}

function planLine(event: Extract<ProgressEvent, { type: 'plan' }>): string {
  const resumed = event.resumed > 0 ? `, ${event.resumed} of them already finished` : '';
  const workers = event.workers === 1 ? '1 worker' : `${event.workers} workers`;
  const stage = event.stage === undefined ? '' : ` ${event.stage}:`;
  return `${shownName(event.name)}:${stage} ${event.runs} runs on ${event.engine}, ${workers}${resumed}`;
}

function finishedLine(event: Extract<ProgressEvent, { type: 'run-finished' }>): string {
  const isLast = event.finished === event.total;
  const left = event.remainingMs === null || isLast ? '' : `, about ${durationText(event.remainingMs)} left`;
  const error = event.error === null ? '' : `: ${visibleProse(event.error)}`;
  const took = durationText(event.durationMs);
  return `[${event.finished}/${event.total}] ${runName(event)}: ${event.state} in ${took}${error}${left}`;
}

async function liveProgress(screen: Screen): Promise<Progress> {
  const { createLogUpdate } = await import('log-update');
  const log = createLogUpdate(process.stderr);
  let state: LiveState | null = null;
  const listen: ProgressListener = (event) => {
    state = liveState(state, event);
    if (isWorthKeeping(event)) {
      log.clear();
      screen.print(`${progressLine(event, false)}\n`);
    }
    if (state) log(liveFrame(state, screen.columns));
  };
  return { listen, stop: () => (log.clear(), log.done()) };
}

/** What must stay on the screen after the display is cleared. */
function isWorthKeeping(event: ProgressEvent): boolean {
  return (
    event.type === 'warning' ||
    event.type === 'round' ||
    event.type === 'run-retried' ||
    (event.type === 'run-finished' && event.state !== 'finished')
  );
}
