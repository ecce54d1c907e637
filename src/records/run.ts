import type { Prescription } from './prescription.js';

/** A trainable variable as one run saw it. */
export interface ParameterRecord {
  name: string;
  shape: number[];
  /** Class of the layer it belongs to; null in a hand-written model. */
  layerClass: string | null;
  /** The ways in which the forward pass uses it, where they are known: one, or several of a tied one. */
  uses?: UseRecord[];
}

/** One way in which the forward pass uses a parameter. */
export interface UseRecord {
  /** What tells it from the others: the tap where it first shows; null where it is the only one. */
  name: string | null;
  /** `product`: summed over some axes; `lookup`: rows are picked; `elementwise`: each coordinate by itself. */
  kind: 'product' | 'lookup' | 'elementwise';
  /** The parameter's axes that are summed over; null where they are not known. */
  summed: number[] | null;
  /** The tap that shows what it is applied to; null where none does. */
  input: string | null;
  /** How many times a pass uses it in this way, where it is more than once: a recurrent kernel, weights shared by blocks. */
  times?: number;
  /** Only where it makes attention's queries or keys: the parameters that make the values of the same attention. */
  values?: string[];
}

/** A tap as one run saw it, in the order of the forward pass. */
export interface TapRecord {
  name: string;
  shape: number[];
  /**
   * Where it shows attention logits, a constant multiple of products of two activations: over how many terms
   * they are summed, and what they are multiplied by.
   */
  product?: { summed: number; factor: number };
}

/** One training of one width and seed: everything known of it besides its rows. No times: equal runs give equal bytes. */
export interface RunRecord {
  width: number;
  depth: number | null;
  seed: number;
  /** `diverged` once a loss or a statistic is not finite; `failed` when the model threw or the process was lost. */
  state: 'finished' | 'diverged' | 'failed';
  error: string | null;
  /** Training loss at each step's batch, before that step's update. */
  loss: (number | 'NaN' | 'Infinity' | '-Infinity')[];
  /** Fingerprint of all batches the run was fed: equal for every width of a seed. */
  batchHash: string;
  /** Fingerprint of the initial weights: different for every width and seed. */
  weightsHash: string;
  /** The optimizer's own learning rate before each update, where it shows one. */
  learningRates: (number | null)[];
  /** Class name of the optimizer. */
  optimizer: string;
  /** The constant an adaptive optimizer adds to its denominator, where it shows one. */
  epsilon?: number | null;
  parameters: ParameterRecord[];
  /** What the model holds fixed: variables that would be parameters, were they not set to be not trainable. */
  frozen?: ParameterRecord[];
  taps: TapRecord[];
  /** Parameters whose gradient is below 1e-5 of their layer's: they do not matter to the function. */
  inert: string[];
  /** Only where two passes of one seed differ: the model draws from generators that it seeds itself. */
  isRepeatable?: false;
  /** Remarks of the run: forwarded kernels, an output that could not be centred. */
  notes: string[];
  /** How many rows it has: a file that was cut short is told by it. */
  rowCount?: number;
}

/** What all runs of a check share: the first line of a records file. */
export interface RecordHeader {
  schema: 'coordcheck/records';
  schemaVersion: 1;
  name: string;
  command: string;
  /** Fingerprint of the model's source; absent where the numbers were captured elsewhere. */
  modelHash?: string;
  /** Width the model will be launched at, where it was said: sizes are extrapolated to it. */
  targetWidth?: number;
  versions: Record<string, string>;
  environment: Record<string, string | number>;
  config: {
    widths: number[];
    depths: number[] | null;
    seeds: number[];
    /** The root seed that all others come from. */
    seed: number;
    steps: number;
    engine: string;
    threads: number;
    loss: string;
    hyperparameters: Record<string, number | string | boolean>;
    control: string | null;
    /** Only where the model was trained with one on top of its own scaling. */
    prescription?: Prescription;
    /** Globs of the taps that were recorded, and how much was measured: only where it was not all. */
    taps?: string[];
    measure?: 'activations' | 'changes';
  };
  /** Intent declared by the user, by glob. */
  expect: Record<
    string,
    'frozen' | 'ignore' | { role?: 'input' | 'hidden' | 'readout' | 'vector' | 'scalar'; init?: number }
  >;
}
