import { parameterName } from '../../parameter-name.js';
import type { CheckResult, Outcome } from '../../verdict/result.js';
import { durationText, exponentText, intervalText, sizeText, slopeText } from '../reading/numbers.js';
import { failingFirst, isNotable } from '../reading/ranking.js';
import { parameterReason } from '../reading/reason.js';
import { DEPTH_QUANTITY, fixSentences, OUTCOME_WORD, placesAtFault, TAP_QUANTITY } from '../reading/wording.js';
import { code, prose, sentence } from './escape.js';
import type { MarkdownList } from './list.js';
import type { MarkdownTable } from './table.js';

/** Names listed under one cause; the rest are counted. */
const NAMES_LISTED = 20;

const SIGN: Record<Outcome, string> = { pass: '✅', fail: '❌', inconclusive: '❔', inapplicable: '▫️' };

/** An outcome with its sign. */
export function outcome(of: Outcome, words: Record<Outcome, string> = OUTCOME_WORD): string {
  return `${SIGN[of]} ${words[of]}`;
}

/** The likely causes, a paragraph or more each. */
export function diagnosis({ diagnosis: causes }: CheckResult): MarkdownList {
  const items = causes.map((cause) => {
    const places = placesAtFault(cause);
    const names = places.slice(0, NAMES_LISTED).map(code).join(', ');
    const more = places.length > NAMES_LISTED ? ` and ${places.length - NAMES_LISTED} more` : '';
    return [
      `**${prose(cause.title)}**`,
      cause.text === '' ? '' : prose(cause.text),
      names === '' ? '' : `In ${names}${more}.`,
      ...fixSentences(cause.fix).map((fix) => `➜ **${fix}**`),
    ]
      .filter((text) => text !== '')
      .join('\n\n');
  });
  return { items, bullet: '' };
}

/** The gates that did not pass, or that all did. */
export function gates({ gates: all }: Pick<CheckResult, 'gates'>): MarkdownList {
  const shut = failingFirst(all).filter(isNotable);
  if (shut.length === 0) return { items: all.length === 0 ? [] : [`All ${all.length} gates passed.`], bullet: '' };
  const items = shut.map((gate) => {
    const settle = gate.settle === null ? '' : ` To settle it: ${sentence(gate.settle)}`;
    return `${outcome(gate.outcome)}: **${sentence(gate.title)}** ${sentence(gate.reason ?? '')}${settle}`;
  });
  return { items, bullet: '- ' };
}

/** Remarks that change no outcome. */
export function notes({ notes: all }: Pick<CheckResult, 'notes'>): MarkdownList {
  return { items: all.map(prose), bullet: '- ' };
}

/** Why a row came out as it did, and what would settle it. */
export function why({ reason, settle }: { reason: string | null; settle: string | null }): string {
  return [reason, settle === null ? null : `to settle it: ${settle}`]
    .filter((text) => text !== null)
    .map(prose)
    .join('; ');
}

/** The parameters, failing first. */
export function parameterTable({ parameters }: CheckResult): MarkdownTable {
  return {
    titles: [
      'parameter',
      'role',
      'init',
      'expected of init',
      'isolated update',
      '95 % interval',
      'expected of update',
      'outcome',
      'reason',
    ],
    align: 'llrrrrrll',
    rows: failingFirst(parameters).map((row) => [
      code(parameterName(row)),
      row.role,
      slopeText(row.init.slope),
      exponentText(row.init.expected),
      slopeText(row.isolatedUpdate.slope),
      intervalText(row.isolatedUpdate.interval),
      exponentText(row.isolatedUpdate.expected),
      outcome(row.outcome),
      why(parameterReason(row)),
    ]),
  };
}

/** The judged rows of the taps, failing first. */
export function tapTable({ taps }: CheckResult): MarkdownTable {
  return {
    titles: ['tap', 'quantity', 'step', 'slope', '95 % interval', 'expected', 'outcome', 'reason'],
    align: 'llrrrrll',
    rows: failingFirst(taps.filter((row) => row.judged)).map((row) => [
      code(row.tap),
      row.parameter === null ? TAP_QUANTITY[row.quantity] : `${TAP_QUANTITY[row.quantity]} by ${code(row.parameter)}`,
      String(row.step),
      slopeText(row.slope),
      intervalText(row.interval),
      exponentText(row.expected),
      outcome(row.outcome),
      isNotable(row) ? why(row) : '',
    ]),
  };
}

/** The slopes along depth, failing first. */
export function depthTable({ depth }: CheckResult): MarkdownTable {
  return {
    titles: ['where', 'what', 'slope', '95 % interval', 'expected', 'outcome', 'reason'],
    align: 'llrrrll',
    rows: failingFirst(depth?.slopes ?? []).map((row) => [
      code(row.parameter ?? row.tap),
      DEPTH_QUANTITY[row.quantity],
      slopeText(row.slope),
      intervalText(row.interval),
      exponentText(row.expected),
      outcome(row.outcome),
      row.outcome === 'pass' && row.declared === null ? '' : why(row),
    ]),
  };
}

/** The rules, failing first. */
export function ruleTable({ rules }: CheckResult): MarkdownTable {
  return {
    titles: ['rule', 'measured', 'expected', 'outcome', 'reason'],
    align: 'lrrll',
    rows: failingFirst(rules).map((row) => [
      `${prose(row.title)} (${code(row.rule)})`,
      slopeText(row.measured),
      exponentText(row.expected),
      outcome(row.outcome),
      prose(row.reason ?? ''),
    ]),
  };
}

/** The runs, those that did not finish first. */
export function runTable({ runs }: CheckResult): MarkdownTable {
  return {
    titles: ['width', 'depth', 'seed', 'state', 'first loss', 'last loss', 'time'],
    align: 'rrrlrrr',
    rows: runs
      .toSorted((a, b) => Number(a.state === 'finished') - Number(b.state === 'finished'))
      .map((run) => [
        String(run.width),
        run.depth === null ? '–' : String(run.depth),
        String(run.seed),
        run.error === null ? run.state : `${run.state}: ${prose(run.error)}`,
        sizeText(run.loss[0] ?? null),
        sizeText(run.loss.at(-1) ?? null),
        durationText(run.durationMs),
      ]),
  };
}
