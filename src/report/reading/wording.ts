import type { CheckResult, DepthSlope, Diagnosis, Outcome, TapResult, Verdict } from '../../verdict/result.js';
import { counted, exponentText } from './numbers.js';

/** The verdict as one word. */
export const VERDICT_WORD: Record<Verdict, string> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };

/** An outcome as one word. */
export const OUTCOME_WORD: Record<Outcome, string> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'inconclusive',
  inapplicable: 'not judged',
};

/** An outcome as one sign: its shape tells it apart, never its colour alone. */
export const OUTCOME_SIGN: Record<Outcome, string> = { pass: '✓', fail: '✗', inconclusive: '?', inapplicable: '·' };

/** What a quantity at a tap is called. */
export const TAP_QUANTITY: Record<TapResult['quantity'], string> = {
  activation: 'activation',
  change: 'change',
  centredChange: 'centred change',
  propagated: 'propagated',
};

/** What a quantity along depth is called. */
export const DEPTH_QUANTITY: Record<DepthSlope['quantity'], string> = {
  activation: 'at init',
  centredChange: 'first change',
  inside: 'isolated update inside',
  written: 'isolated update in the stream',
};

/** What a row of a tap is, in words: `propagated, step 1, by head/kernel`. */
export function tapRowName(row: Pick<TapResult, 'quantity' | 'step' | 'parameter'>): string {
  const name = `${TAP_QUANTITY[row.quantity]}, step ${row.step}`;
  return row.parameter === null ? name : `${name}, by ${row.parameter}`;
}

/** Where a diagnosis says that something is wrong: parameters, or taps where no parameter is. */
export function placesAtFault({ parameters, taps = [] }: Pick<Diagnosis, 'parameters' | 'taps'>): string[] {
  return [...parameters, ...taps];
}

/** The cures of a diagnosis, one sentence each. */
export function fixSentences(fix: Diagnosis['fix']): string[] {
  return (Object.entries(fix) as [keyof Diagnosis['fix'], number][]).map(([what, exponent]) =>
    fixSentence(SCALED[what], exponent),
  );
}

const SCALED: Record<keyof Diagnosis['fix'], string> = {
  learningRateExponent: 'learning rate',
  initExponent: 'initial standard deviation',
  multiplierExponent: 'multiplier in the forward pass',
  weightDecayExponent: 'weight decay',
  epsilonExponent: 'epsilon',
};

function fixSentence(what: string, exponent: number): string {
  const scaling = new Map([
    [-1, 'divide it by the width'],
    [-0.5, 'divide it by the square root of the width'],
    [0, 'keep it the same at every width'],
    [0.5, 'multiply it by the square root of the width'],
    [1, 'multiply it by the width'],
  ]).get(exponent);
  const law = `Scale the ${what} with width to the power ${exponentText(exponent)}`;
  return scaling === undefined ? `${law}.` : `${law}: ${scaling}.`;
}

/** What was run: of a check or of a sweep. */
type RunConfig = Pick<
  CheckResult['config'],
  'widths' | 'depths' | 'seeds' | 'steps' | 'optimizer' | 'loss' | 'engine' | 'control' | 'prescription'
>;

/** What was run, in one line: widths, seeds, steps, optimizer, engine. */
export function runLine({ config }: { config: RunConfig }): string {
  const widths = config.widths.length === 0 ? 'no widths' : `widths ${config.widths.join(', ')}`;
  const depths = config.depths === null ? [] : [`depths ${config.depths.join(', ')}`];
  return [
    widths,
    ...depths,
    counted(config.seeds.length, 'seed'),
    counted(config.steps, 'step'),
    config.optimizer,
    `engine ${config.engine}`,
    ...(config.control === null ? [] : [`control ${config.control}`]),
    ...(config.prescription === undefined ? [] : ['with a prescription']),
  ].join(' · ');
}

/** The same as terms and facts. */
export function runFacts(config: RunConfig): [term: string, fact: string][] {
  const { widths, depths, control, prescription } = config;
  const facts: [string, string | null][] = [
    ['Widths', widths.length === 0 ? 'none' : widths.join(', ')],
    ['Depths', depths === null ? null : depths.join(', ')],
    ['Seeds', String(config.seeds.length)],
    ['Steps', String(config.steps)],
    ['Optimizer', config.optimizer],
    ['Loss', config.loss],
    ['Engine', config.engine],
    ['Control', control],
    ['Scaling', prescription === undefined ? null : 'by a prescription from outside'],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== null);
}

/** What a pass does not prove. */
export const LIMITS =
  'A passed coordinate check is necessary for µTransfer, not sufficient. It covers width only, and depth ' +
  'where several were given: not batch size, ' +
  'number of tokens or learning-rate schedule, and it looks at the first steps of these widths, on this data and ' +
  'with these hyperparameters.';
