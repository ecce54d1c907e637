import { describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../src/capture/progress.js';
import { liveFrame, liveState, type LiveState } from '../../src/cli/live-frame.js';
import { progress, progressLine } from '../../src/cli/progress.js';
import { fakeTerminal } from './terminal.js';

const plan: ProgressEvent = { type: 'plan', name: 'mlp', engine: 'wasm', workers: 2, runs: 4, resumed: 1 };
const run = { width: 64, depth: null, seed: 1 };
const started: ProgressEvent = { type: 'run-started', ...run };
const step: ProgressEvent = { type: 'run-step', ...run, done: 1, total: 4 };
const finished: ProgressEvent = {
  type: 'run-finished',
  ...run,
  state: 'finished',
  error: null,
  durationMs: 1200,
  finished: 2,
  total: 4,
  remainingMs: 2400,
};
const failed: ProgressEvent = { ...finished, state: 'failed', error: 'out of memory', remainingMs: null };

/** The display's state after some events. */
function after(events: ProgressEvent[]): LiveState {
  const state = events.reduce(liveState, null);
  if (state === null) throw new Error('no plan among the events');
  return state;
}

describe('progressLine', () => {
  it('writes one line for the plan and one for each finished run', () => {
    expect(progressLine(plan, false)).toBe('mlp: 4 runs on wasm, 2 workers, 1 of them already finished');
    expect(progressLine(finished, false)).toBe('[2/4] width 64, seed 1: finished in 1.2 s, about 2.4 s left');
    expect(progressLine(failed, false)).toBe('[2/4] width 64, seed 1: failed in 1.2 s: out of memory');
  });

  it('spells out what would act on the terminal', () => {
    const hostile = '\u001b[31mred\n';
    const events: ProgressEvent[] = [
      { ...plan, name: hostile },
      { ...failed, what: `kind ${hostile}`, error: hostile },
      { type: 'warning', message: hostile },
      { type: 'run-retried', ...run, reason: hostile },
    ];
    for (const event of events) {
      const line = progressLine(event, false) ?? '';
      expect(line).toContain('\\x1b[31mred');
      expect(line).not.toContain('\u001b');
      expect(line).not.toContain('\n');
    }
    expect(liveFrame(after(events.slice(0, 1)), 80)).toMatch(/^\\x1b\[31mred\\n on wasm/);
  });

  it('tells of started runs only when asked, and of steps never', () => {
    expect(progressLine(started, false)).toBeNull();
    expect(progressLine(started, true)).toBe('width 64, seed 1: started');
    expect(progressLine(step, true)).toBeNull();
  });

  it('passes warnings and second tries on', () => {
    expect(progressLine({ type: 'warning', message: 'slow kernel' }, false)).toBe('warning: slow kernel');
    const retried: ProgressEvent = { type: 'run-retried', width: 8, depth: 3, seed: 0, reason: 'lost' };
    expect(progressLine(retried, false)).toBe('width 8, depth 3, seed 0: tried again: lost');
  });
});

describe('progress', () => {
  it('prints plain lines to a pipe, and nothing on stdout', async () => {
    const terminal = fakeTerminal();
    const { listen, stop } = await progress(terminal.stderr, {});
    for (const event of [plan, started, step, finished]) listen(event);
    stop();
    expect(terminal.err().split('\n')).toHaveLength(3);
    expect(terminal.err()).not.toContain('\u001B');
    expect(terminal.out()).toBe('');
  });

  it('prints nothing when quiet', async () => {
    const terminal = fakeTerminal();
    const { listen } = await progress(terminal.stderr, { quiet: true });
    for (const event of [plan, finished, failed]) listen(event);
    expect(terminal.err()).toBe('');
  });
});

describe('liveFrame', () => {
  it('shows nothing before the plan is known', () => {
    expect(liveState(null, finished)).toBeNull();
  });

  it('shows the share done, a run under way, and the time left', () => {
    const lines = liveFrame(after([plan, started, step]), 24).split('\n');
    expect(lines[0]).toBe('mlp on wasm: 1 of 4 run');
    // 1 of 4 runs and a quarter of another: 1.25 / 4 of 20 cells.
    expect(lines[1]).toBe(`  ${'█'.repeat(6)}${'░'.repeat(14)}`);
    expect(lines[2]).toBe('  width 64, seed 1: 25 ');
    expect(liveFrame(after([plan, started]), 80)).toContain('width 64, seed 1: building');
  });

  it('drops a run that is finished', () => {
    const text = liveFrame(after([plan, started, step, finished]), 80);
    expect(text).toContain('2 of 4 runs, about 2.4 s left');
    expect(text).not.toContain('seed 1');
  });

  it('keeps every line narrower than the screen', () => {
    const text = liveFrame(after([plan, started, step]), 20);
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(20);
  });
});
