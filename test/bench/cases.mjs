// What both sides of the comparison train. The models stand in models.mjs and peer/models.py.

/**
 * One model, optimizer and batch shape at growing widths.
 *
 * @typedef {object} BenchCase
 * @property {readonly number[]} widths - growing; the first is the base width
 * @property {number} wholeTarget - the whole check's time over the peer's, at most
 * @property {number} narrow - below this width a step may take 1.3 times the peer's, from it on as long as the peer's
 */

/** Trainings at each width. */
export const SEEDS = 3;

/** Forward passes recorded, the initial one included: what the `mup` package calls nsteps, at its default. */
export const RECORDED_STEPS = 3;

/**
 * Passes of the training that warm steps are taken from. JavaScript is compiled, and memory has found its places, after
 * some 24 of them: a narrow step takes up to a fifth longer before.
 */
export const WARM_PASSES = 48;

/** Steps of that training that count, from its end. */
export const WARM_STEPS = 24;

const MLP_WIDTHS = [128, 256, 512, 1024, 2048, 4096];

/** @type {Readonly<Record<string, BenchCase>>} */
export const CASES = {
  'mlp-adam': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256 },
  'mlp-sgd': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256 },
  'mlp-batch1-sgd': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256 },
  'transformer-adam': { widths: [128, 256, 512, 1024], wholeTarget: 1, narrow: 256 },
  'cnn-adam': { widths: [16, 32, 64, 128], wholeTarget: 0.8, narrow: 0 },
};
