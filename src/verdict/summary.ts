import type { CheckResult, Verdict } from './result.js';

/**
 * The verdict of the whole check.
 *
 * A rule that fails fails the check, unless a self-gate says that nothing was measured properly; a gate that is not
 * passed, or a rule that straddles, leaves it inconclusive. A value that is not finite before the first update fails
 * whatever the gates say; one that becomes so later does only while the slopes that are left already fail.
 */
export function verdictOf({ gates, rules }: Pick<CheckResult, 'gates' | 'rules'>): Verdict {
  const failed = rules.filter(({ outcome }) => outcome === 'fail').map(({ rule }) => rule);
  const open = gates.filter(({ outcome }) => outcome !== 'pass').map(({ gate }) => gate);
  if (failed.includes('non-finite-value')) return 'fail';
  if (open.some((gate) => gate !== 'finite')) return 'inconclusive';
  if (failed.length > 0) return 'fail';
  const isOpen = open.length > 0 || rules.some(({ outcome }) => outcome === 'inconclusive');
  const isEmpty = rules.every(({ outcome }) => outcome === 'inapplicable');
  return isOpen || isEmpty ? 'inconclusive' : 'pass';
}

/** One sentence: why the verdict is what it is. */
export function summaryOf(result: Omit<CheckResult, 'summary'>): string {
  const { verdict, gates, rules, diagnosis, parameters } = result;
  const gate = gates.find(({ outcome }) => outcome !== 'pass');
  if (verdict === 'pass') {
    const judged = parameters.filter(({ isolatedUpdate }) => isolatedUpdate.outcome === 'pass').length;
    return `All ${judged} judged parameters update their layers alike at every width: the model is in µP as far as width goes.`;
  }
  if (verdict === 'inconclusive') {
    const rule = rules.find(({ outcome }) => outcome === 'inconclusive');
    const why = gate?.reason ?? rule?.reason ?? 'nothing could be judged';
    const settle = gate?.settle ?? straddling(result) ?? 'add seeds or widths';
    return `Nothing is proven: ${why}. To settle it: ${settle}.`;
  }
  const failing = rules.filter(({ outcome }) => outcome === 'fail');
  if (diagnosis.length > 0) {
    const named = diagnosis.map(({ parameters: names, fix }) => `${listed(names)} (${inWords(fix)})`);
    return `Not in µP. At fault: ${named.join('; ')}.`;
  }
  const [first] = failing;
  const places = [...(first?.where.taps ?? []), ...(first?.where.parameters ?? [])];
  const where = places.length === 0 ? '' : ` at ${listed([...new Set(places)])}`;
  return `Not in µP: ${lowerFirst(first?.title ?? 'a rule fails')}${where}${first?.reason ? ` (${first.reason})` : ''}.`;
}

function straddling({ parameters, taps }: Pick<CheckResult, 'parameters' | 'taps'>): string | null {
  const slopes = [...parameters.flatMap(({ init, isolatedUpdate }) => [isolatedUpdate, init]), ...taps];
  return slopes.find(({ outcome }) => outcome === 'inconclusive')?.settle ?? null;
}

/** How a fix reads: the factor its quantity has to be multiplied by. */
function inWords({ learningRateExponent, initExponent }: CheckResult['diagnosis'][number]['fix']): string {
  if (learningRateExponent !== undefined) return `learning rate × width^${learningRateExponent}`;
  return `initial size × width^${initExponent ?? 0}`;
}

function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
