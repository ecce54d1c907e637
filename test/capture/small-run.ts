import type { RunSpec } from '../../src/capture/run-spec.js';

/** A run of two steps at width 16, measured whole, whose places are not known. */
export const SPEC: RunSpec = {
  width: 16,
  depth: null,
  seed: 3,
  steps: 2,
  parametrization: 'mup',
  hyperparameters: {},
  taps: null,
  measure: 'all',
  places: null,
};
