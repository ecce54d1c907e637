import type { CheckResult, DepthResult, Diagnosis, Verdict } from './result.js';

/** What the verdict stands on. */
export interface VerdictEvidence extends Pick<CheckResult, 'gates' | 'rules'> {
  /** Null, or absent, where the check has one depth or none. */
  depth?: DepthResult | null;
  /** Whether the check has one width, and is about depth alone; false unless given. */
  isDepthAlone?: boolean;
}

/**
 * The verdict of the whole check.
 *
 * A rule that fails fails the check, unless a self-gate says that nothing was measured properly; a gate that is not
 * passed, a rule that straddles, or no isolated update that could be judged leaves it inconclusive; so do slopes along
 * depth, which stand alone where there is one width. A value that is
 * not finite before the first update fails whatever the gates say; one that becomes so later does only while the
 * slopes that are left already fail.
 */
export function verdictOf({ gates, rules, depth = null, isDepthAlone = false }: VerdictEvidence): Verdict {
  const failed = rules.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
  const open = gates.filter(({ outcome }) => outcome !== 'pass').map(({ gate }) => gate);
  if (failed.includes('non-finite-value')) return 'fail';
  if (open.some((gate) => gate !== 'finite')) return 'inconclusive';
  if (failed.length > 0 || depth?.outcome === 'fail') return 'fail';
  if (depth !== null && depth.outcome !== 'pass') return 'inconclusive';
  const isOpen = open.length > 0 || rules.some(({ outcome }) => outcome === 'inconclusive');
  if (depth !== null && isDepthAlone) return isOpen ? 'inconclusive' : 'pass';
  // A pass stands on isolated updates: rules that find no fault in an empty table prove nothing.
  const isJudged = rules.some(({ rule, outcome }) => rule === 'unscaled-update' && outcome === 'pass');
  return isOpen || !isJudged ? 'inconclusive' : 'pass';
}

/** One sentence: why the verdict is what it is. */
export function summaryOf(result: Omit<CheckResult, 'summary'>): string {
  const reasons = reasonsOf(result);
  // The model's own file has none of it yet.
  return result.config.prescription === undefined
    ? reasons
    : `With the prescription from outside: ${lowerFirst(reasons)}`;
}

function reasonsOf(result: Omit<CheckResult, 'summary'>): string {
  const { verdict, gates, rules, diagnosis, parameters, depth } = result;
  const gate = gates.find(({ outcome }) => outcome !== 'pass');
  if (verdict === 'pass') {
    const judged = parameters.filter(({ isolatedUpdate }) => isolatedUpdate.outcome === 'pass').length;
    const ofWidth = `All ${judged} judged parameters update their layers alike at every width: the model is in µP as far as width goes.`;
    return [judged === 0 ? [] : ofWidth, depth?.text ?? []].flat().join(' ');
  }
  if (verdict === 'inconclusive') {
    const straddling = firstStraddling(result);
    if (gate === undefined && depth !== undefined && depth.outcome !== 'pass') return depth.text;
    const why = gate?.reason ?? straddling?.why ?? 'no isolated update could be judged';
    return `Nothing is proven: ${why}. To settle it: ${gate?.settle ?? straddling?.settle ?? 'record more steps, or exempt less in `expect`'}.`;
  }
  if (diagnosis.length > 0) {
    const named = diagnosis.map(
      ({ parameters: names, taps = [], fix }) => `${listed([...names, ...taps])} (${inWords(fix) || 'cause unknown'})`,
    );
    return [`Not in µP. At fault: ${named.join('; ')}.`, depth?.outcome === 'fail' ? depth.text : []].flat().join(' ');
  }
  if (depth?.outcome === 'fail' && rules.every(({ outcome }) => outcome !== 'fail')) return depth.text;
  const first = rules.find(({ outcome }) => outcome === 'fail');
  const places = [...(first?.where.taps ?? []), ...(first?.where.parameters ?? [])];
  const where = places.length === 0 ? '' : ` at ${listed([...new Set(places)])}`;
  return `Not in µP: ${lowerFirst(first?.title ?? 'a rule fails')}${where}${first?.reason ? ` (${first.reason})` : ''}.`;
}

/** The first slope that lies between two classes, with its place. */
function firstStraddling({
  parameters,
  taps,
}: Pick<CheckResult, 'parameters' | 'taps'>): { why: string; settle: string } | null {
  const slopes = [
    ...parameters.map(({ parameter, isolatedUpdate }) => ({
      place: `the isolated update of ${parameter}`,
      ...isolatedUpdate,
    })),
    ...parameters.map(({ parameter, init }) => ({ place: `the initial output of ${parameter}`, ...init })),
    ...parameters.flatMap(({ parameter, decay }) =>
      decay === undefined ? [] : [{ place: `the decay of ${parameter}`, ...decay }],
    ),
    ...taps.map((tap) => ({ place: `the ${QUANTITY_WORDS[tap.quantity]} at ${tap.tap}`, ...tap })),
  ];
  const open = slopes.find(({ outcome }) => outcome === 'inconclusive');
  return open === undefined
    ? null
    : { why: `of ${open.place} ${open.reason ?? ''}`, settle: open.settle ?? 'add seeds' };
}

const QUANTITY_WORDS = {
  activation: 'initial activation',
  change: 'change',
  centredChange: 'first change',
  propagated: 'propagated change',
} as const;

/** How a fix reads: the factor its quantity has to be multiplied by. */
function inWords(fix: Diagnosis['fix']): string {
  return (Object.entries(fix) as [keyof Diagnosis['fix'], number][])
    .map(([what, exponent]) => `${FIX_WORDS[what]} × width^${exponent}`)
    .join(', ');
}

const FIX_WORDS: Record<keyof Diagnosis['fix'], string> = {
  initExponent: 'initial size',
  learningRateExponent: 'learning rate',
  multiplierExponent: 'forward pass',
  weightDecayExponent: 'weight decay',
  epsilonExponent: 'epsilon',
};

function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
