import type { RecordHeader } from '../records/run.js';
import type { DepthPoint, Point } from '../analysis/analyze.js';
import type { Role } from '../parametrization/role.js';

export type { DepthPoint, Point } from '../analysis/analyze.js';

/** How one rule or measurement came out, ordered from weakest to strongest. */
export type Outcome = 'inapplicable' | 'pass' | 'inconclusive' | 'fail';

/** How the whole check came out. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** A width exponent, measured and judged. What is not a number is null, with the reason beside it. */
export interface JudgedSlope {
  /** Least-squares slope of log2 size on log2 width over all points: the p in size ∝ width^p. */
  slope: number | null;
  /** 95 % confidence interval of the slope. */
  interval: [number, number] | null;
  /** Slope over the three widest widths alone. */
  topSlope: number | null;
  /** Second-order coefficient of log2 size in log2 width: the slope changes by twice this per doubling of width. */
  curvature: number | null;
  /** The exponent theory asks for; null where nothing is expected (shown, never judged). */
  expected: number | null;
  outcome: Outcome;
  reason: string | null;
  /** What would settle an inconclusive outcome. */
  settle: string | null;
  points: Point[];
}

/** A quantity measured at a tap. `propagated` also names the parameter held at its initial value. */
export interface TapResult extends JudgedSlope {
  tap: string;
  step: number;
  quantity: 'activation' | 'change' | 'centredChange' | 'propagated';
  statistic: 'meanAbs' | 'rms';
  parameter: string | null;
  /** Only where it shows attention logits whose head size grows with width. */
  isProduct?: true;
  /** True for the rows the verdict stands on; the others are shown only. */
  judged: boolean;
}

/** A quantity of a parameter: judged at a tap (its own place), or the variable's own size (tap is null). */
export interface ParameterQuantity extends JudgedSlope {
  tap: string | null;
  step: number | null;
}

export type { Role };

/** All that was measured of a parameter (or one use of a tied one). */
export interface ParameterResult {
  parameter: string;
  use: string | null;
  role: Role;
  /** Shape at the narrowest width. */
  shape: number[];
  /** Which dimensions of the shape grow with width. */
  infinite: boolean[];
  /** The tap where it is judged: the last one that shows its change unmixed. */
  ownPlace: string | null;
  init: ParameterQuantity;
  isolatedUpdate: ParameterQuantity;
  /** Size of the variable's own initial value, update and gradient: shown, never judged. */
  value: ParameterQuantity;
  update: ParameterQuantity;
  gradient: ParameterQuantity;
  /** Effective rate at the last update over that at the first, where there are two. */
  rateDrift?: ParameterQuantity;
  /** Share of itself that it loses in a step without gradient, where it decays. */
  decay?: ParameterQuantity;
  /** What epsilon leaves of its first update, g / (g + ε), where the optimizer shows one. */
  epsilonShare?: ParameterQuantity;
  /**
   * The powers of width that it is scaled by, read off its own sizes: of what the forward pass multiplies it by, and of its
   * effective learning rate (null where that cannot be told).
   */
  scaling?: { multiplier: number; rate: number | null };
  /** `fail` only for a cause; `pass` with a reason for a downstream symptom. */
  outcome: Outcome;
  reason: string | null;
  /** Declared by the user in `expect`. */
  declared: string | null;
}

/** A self-gate: whether the check could mean anything at all. */
export interface GateResult {
  gate: string;
  title: string;
  outcome: Outcome;
  reason: string | null;
  settle: string | null;
}

/** One rule of the catalogue, applied to the whole model. */
export interface RuleResult {
  rule: string;
  title: string;
  outcome: Outcome;
  where: { taps: string[]; parameters: string[] };
  /** The worst measured exponent and what was expected of it. */
  measured: number | null;
  expected: number | null;
  reason: string | null;
}

/** A likely cause and its cure. Exponents are of width: `learningRateExponent: -1` means divide the rate by width. */
export interface Diagnosis {
  cause: string;
  title: string;
  parameters: string[];
  /** Taps at fault where no parameter is: attention logits. */
  taps?: string[];
  /** `multiplierExponent` is of what the forward pass multiplies by at that place. */
  fix: {
    learningRateExponent?: number;
    initExponent?: number;
    multiplierExponent?: number;
    /** Of weight decay, and of the constant in an adaptive optimizer's denominator. */
    weightDecayExponent?: number;
    epsilonExponent?: number;
  };
  text: string;
}

/** Whether a cure is one of an initial size or a multiplier: only those reach other parameters, a rate stays with its own. */
export function mendsForwardPass({ fix }: Pick<Diagnosis, 'fix'>): boolean {
  return (fix.initExponent ?? fix.multiplierExponent) !== undefined;
}

/** One training of one width and seed. */
export interface RunResult {
  width: number;
  depth: number | null;
  seed: number;
  state: 'finished' | 'diverged' | 'failed';
  /** Training loss before each update; null where not finite. */
  loss: (number | null)[];
  durationMs: number | null;
  error: string | null;
}

/**
 * A form in which residual branches are scaled with depth: `GPT-2` by the initial values of their last matrix alone,
 * `other` for exponents of none.
 */
export type DepthForm = 'CompleteP' | 'depth-µP' | 'unscaled' | 'GPT-2' | 'other';

/** A depth exponent, measured and judged: slopes, exponents and intervals as of width. */
export interface DepthSlope extends Omit<JudgedSlope, 'points'> {
  /** Where it was measured; in several blocks, what the taps have in common (`block*`). */
  tap: string;
  step: number;
  /** `inside` and `written` are isolated updates: in the branch before its multiplier, and in the residual stream. */
  quantity: 'activation' | 'centredChange' | 'inside' | 'written';
  /** Of one that is in blocks, what the names of all blocks have in common: it is their geometric mean. */
  parameter: string | null;
  /** Declared by the user in `expect`. */
  declared: string | null;
  points: DepthPoint[];
}

/** A residual stream, and what its blocks are like. */
export interface DepthStream {
  /** What the taps along it have in common (`encoder.block*`); null where none shows what is written into it. */
  stream: string | null;
  outcome: Outcome;
  form: DepthForm | null;
}

/** What a check found along depth. */
export interface DepthResult {
  depths: number[];
  outcome: Outcome;
  /** How residual branches are scaled; null where no tap shows it, or streams differ. */
  form: DepthForm | null;
  /** One a stage of blocks, in the order of the forward pass. */
  streams: DepthStream[];
  /** One sentence: what was found, and what mends it. */
  text: string;
  slopes: DepthSlope[];
}

/** What a check found: the one value every report, matcher and exit code is made from. */
export interface CheckResult {
  schema: 'coordcheck/result';
  schemaVersion: 1;
  name: string;
  verdict: Verdict;
  /** One sentence: why the verdict is what it is. */
  summary: string;
  /** The command that repeats this check. */
  command: string;
  versions: Record<string, string>;
  environment: Record<string, string | number>;
  config: RecordHeader['config'] & {
    /** Class name of the optimizer. */
    optimizer: string;
  };
  gates: GateResult[];
  /** In the order of the forward pass. */
  taps: TapResult[];
  parameters: ParameterResult[];
  rules: RuleResult[];
  diagnosis: Diagnosis[];
  /** Slopes along depth; absent where the check has one depth or none. */
  depth?: DepthResult;
  /** Remarks that change no outcome: inert parameters, forwarded kernels, a control that was ignored. */
  notes: string[];
  runs: RunResult[];
}

/** What tells what a check is about: of the records' header, and of the result. */
interface Configured {
  config: Pick<RecordHeader['config'], 'widths' | 'depths'>;
}

/** Whether a check is about depth, too. */
export function hasDepths({ config: { depths } }: Configured): boolean {
  return depths !== null && depths.length > 1;
}

/** Whether a check is about width: one of several depths and one width is about depth alone. */
export function isOfWidth(of: Configured): boolean {
  return !hasDepths(of) || of.config.widths.length > 1;
}
