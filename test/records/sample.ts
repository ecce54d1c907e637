import type { RecordRow } from '../../src/records/record.js';
import type { RecordHeader, RunRecord, UseRecord } from '../../src/records/run.js';

/** A small header; `config` overrides single settings. */
export function header(config: Partial<RecordHeader['config']> = {}): RecordHeader {
  return {
    schema: 'coordcheck/records',
    schemaVersion: 1,
    name: 'sample',
    command: 'coordcheck sample.ts',
    versions: { coordcheck: '0.1.0' },
    environment: { cpu: 'none', cores: 2 },
    config: {
      widths: [64, 128, 256],
      depths: null,
      seeds: [0, 1],
      seed: 0,
      steps: 2,
      engine: 'cpu',
      threads: 1,
      loss: 'meanSquaredError',
      hyperparameters: { learningRate: 0.001 },
      control: null,
      ...config,
    },
    expect: {},
  };
}

/** A use with all that can be told of one. */
const USE: UseRecord = { name: null, kind: 'product', summed: [0], input: 'ant', times: 2, values: ['value/kernel'] };

/** A finished run with the taps `zebra`, `ant` in that forward order. */
export function run(overrides: Partial<RunRecord> = {}): RunRecord {
  return {
    width: 64,
    depth: null,
    seed: 0,
    state: 'finished',
    error: null,
    loss: [2, 1.5],
    batchHash: 'b',
    weightsHash: 'w',
    learningRates: [0.001, null],
    optimizer: 'Adam',
    parameters: [{ name: 'zebra/kernel', shape: [8, 64], layerClass: 'Dense', uses: [USE] }],
    taps: [
      { name: 'zebra', shape: [4, 64], product: { summed: 16, factor: 0.25 } },
      { name: 'ant', shape: [4, 10] },
    ],
    inert: [],
    notes: [],
    ...overrides,
  };
}

/** A tap's row of the run `run()` makes. */
export function row(overrides: Partial<RecordRow> = {}): RecordRow {
  return {
    width: 64,
    depth: null,
    seed: 0,
    step: 1,
    subject: 'tap',
    name: 'zebra',
    quantity: 'change',
    statistic: 'rms',
    value: 0.25,
    ...overrides,
  };
}
