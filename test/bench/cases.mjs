// What both sides of the comparison train. The models stand in models.mjs and peer/models.py.

/**
 * One model, optimizer and batch shape at growing widths.
 *
 * @typedef {object} BenchCase
 * @property {readonly number[]} widths - growing; the first is the base width
 * @property {number} wholeTarget - the whole check's time over the peer's, at most
 * @property {number} narrow - below this width a step may take 1.3 times the peer's, from it on as long as the peer's
 * @property {number} short - below this width steps are short, and warm late
 */

/** Trainings at each width. */
export const SEEDS = 3;

/** Forward passes recorded, the initial one included: what the `mup` package calls nsteps, at its default. */
export const RECORDED_STEPS = 3;

/**
 * Passes of a training that warm steps are taken from, and how many of its last ones count. JavaScript is compiled in
 * stages as it runs, and memory finds its places: a step of 1 ms goes on getting shorter for some 300 passes, one of 50 ms
 * has nothing to gain after 20.
 *
 * Measured on an AMD EPYC, the last 24 steps of 48, 96, 192 and 384 passes: mlp-batch1-sgd 128 0.59, 0.51, 0.47, 0.40 ms;
 * mlp-sgd 512 4.3, 4.0, 3.9, 3.9 ms; transformer-adam 512 65, 65, 66 ms. The peer's steps are alike from the start. On
 * another, what JavaScript takes of a step of mlp-sgd 1024: 1.1, 1.0, 0.9, 0.8 ms of 17.
 */
export const WARM = { short: { passes: 384, counted: 84 }, long: { passes: 48, counted: 24 } };

const MLP_WIDTHS = [128, 256, 512, 1024, 2048, 4096];

/** @type {Readonly<Record<string, BenchCase>>} */
export const CASES = {
  'mlp-adam': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256, short: 2048 },
  'mlp-sgd': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256, short: 2048 },
  'mlp-batch1-sgd': { widths: MLP_WIDTHS, wholeTarget: 0.8, narrow: 256, short: 2048 },
  'transformer-adam': { widths: [128, 256, 512, 1024], wholeTarget: 1, narrow: 256, short: 512 },
  'cnn-adam': { widths: [16, 32, 64, 128], wholeTarget: 0.8, narrow: 0, short: 64 },
};
