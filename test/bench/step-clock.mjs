/**
 * Times a capture by its progress events: steps, and whole trainings.
 *
 * A step is the time between two recorded steps of one training. The last one is left out, for nothing is trained after
 * the last recording.
 *
 * @param {number} steps - updates of each training
 */
export function stepClock(steps) {
  /** @type {Record<string, number[]>} */
  const stepsMs = {};
  /** @type {Record<string, number[]>} */
  const trainingsMs = {};
  let engine = '';
  let before = null;
  const onProgress = (event) => {
    const now = performance.now();
    if (event.type === 'plan') engine = event.engine;
    if (event.type === 'run-started') before = null;
    if (event.type === 'run-step') {
      if (before !== null && event.done <= steps) (stepsMs[event.width] ??= []).push(now - before);
      before = now;
    }
    if (event.type === 'run-finished') {
      if (event.state !== 'finished') throw new Error(`width ${event.width}: ${event.error ?? event.state}`);
      (trainingsMs[event.width] ??= []).push(event.durationMs);
    }
  };
  return { onProgress, stepsMs, trainingsMs, engine: () => engine };
}
