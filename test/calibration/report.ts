import { isAsExpected, isWrong, type Judged } from './judged.js';
import type { Score } from './score.js';
import { rateText, tallyOf, type Tally } from './tally.js';

const ROWS: readonly [string, (tally: Tally) => string][] = [
  ['wrong models detected', ({ detected }) => rateText(detected)],
  ['wrong models passed (missed)', ({ missed }) => rateText(missed)],
  ['right models failed (false alarms)', ({ falseAlarms }) => rateText(falseAlarms)],
  ['inconclusive', ({ inconclusive }) => rateText(inconclusive)],
  ['cause named right, of detections', ({ cause }) => rateText(cause)],
  ['parameters named right, of detections', ({ parameter }) => rateText(parameter)],
  ['exponents right, of detections', ({ exponent }) => rateText(exponent)],
  ['a verdict where none is possible', ({ meaningless }) => rateText(meaningless)],
];

/** A calibration as Markdown: what was run, the rates, and every specimen. */
export function reportOf(all: readonly Judged[], { command, missing }: { command: string; missing: number }): string {
  const open = all.filter(({ job }) => !job.isHeldOut);
  const heldOut = all.filter(({ job }) => job.isHeldOut);
  const roots = [...new Set(all.map(({ job }) => job.root))].toSorted((a, b) => a - b);
  return `# Calibration

Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: ${all.length} checks of ${specimens(all)} specimens${
    missing === 0 ? '' : ` (${missing} more planned and not run)`
  }, seed roots ${roots.join(', ')}, by the method of ${commitsOf(all)}.

Every rate is followed by its counts and its exact 95 % interval (Clopper–Pearson), in percent. *Held out*: ${specimens(heldOut)}
specimens on which nothing was tuned. *Control*: raw mean |x| after training steps, every slope within 0.05, from the same
records. A cause, a set of parameters or an exponent is right where it is exactly what the specimen's description expects;
checks of one specimen at several roots are not independent of each other, which the intervals do not know.

| | tuned on | held out | all | control, all |
|---|---|---|---|---|
${tableOf([scores(open), scores(heldOut), scores(all), all.map(controlScore)], [open, heldOut, all, all])}

${laddersOf(all)}${surprisesOf(all)}## Every specimen

| specimen | outcomes | cause | parameters | exponents |
|---|---|---|---|---|
${specimenRows(all).join('\n')}
`;
}

/** The commits that checks were judged by, with how many each where there are several. */
function commitsOf(all: readonly Judged[]): string {
  const commits = [...grouped(all, ({ commit }) => commit)];
  if (commits.length === 1) return `commit ${commits[0]?.[0]}`;
  return `commits ${commits.map(([commit, of]) => `${commit} (${of.length} checks)`).join(', ')}`;
}

/** Every check that did not come out as it must, with what was said. */
function surprisesOf(all: readonly Judged[]): string {
  const surprises = all.filter((one) => !isAsExpected(one));
  if (surprises.length === 0) return '';
  const rows = surprises.map(({ job, score: { outcome }, said }) => {
    const place = `${job.specimen.id}${job.isHeldOut ? ' (held out)' : ''}`;
    return `| ${[place, `${job.root}`, job.ladder, `× ${job.rate}`, outcome, said.replaceAll('|', '·')].join(' | ')} |`;
  });
  return `## What did not come out as it must

| specimen | root | widths | rate | outcome | what was said |
|---|---|---|---|---|---|
${rows.join('\n')}

`;
}

/** The control's outcome as a score: it names nothing. */
function controlScore({ control }: Judged): Score {
  const isRight = control === 'detected' ? false : null;
  return { outcome: control, isCauseRight: isRight, isParameterRight: isRight, isExponentRight: isRight };
}

function scores(all: readonly Judged[]): Score[] {
  return all.map(({ score }) => score);
}

function tableOf(columns: readonly (readonly Score[])[], of: readonly (readonly Judged[])[]): string {
  const tallies = columns.map((column, i) => tallyOf(column, (of[i] ?? []).map(isWrong)));
  return ROWS.map(([name, text]) => `| ${[name, ...tallies.map(text)].join(' | ')} |`).join('\n');
}

function specimens(all: readonly Judged[]): number {
  return new Set(all.map(({ job }) => job.specimen.id)).size;
}

/** The same rates by ladder and rate, where there are several. */
function laddersOf(all: readonly Judged[]): string {
  const groups = grouped(all, ({ job }) => `${job.ladder} widths, rate × ${job.rate}`);
  if (groups.size < 2) return '';
  const keys = [...groups.keys()];
  const of = keys.map((key) => groups.get(key) ?? []);
  return `## By ladder and rate

| | ${keys.join(' | ')} |
|---|${keys.map(() => '---|').join('')}
${tableOf(of.map(scores), of)}

`;
}

function specimenRows(all: readonly Judged[]): string[] {
  return [...grouped(all, ({ job }) => job.specimen.id)].map(([id, of]) => {
    const mark = (of[0]?.job.isHeldOut ?? false) ? ' (held out)' : '';
    const { cause, parameter, exponent } = tallyOf(scores(of), of.map(isWrong));
    const short = ({ hits, trials }: { hits: number; trials: number }) => (trials === 0 ? '' : `${hits} of ${trials}`);
    return `| ${[`${id}${mark}`, outcomesOf(of), short(cause), short(parameter), short(exponent)].join(' | ')} |`;
  });
}

function grouped(all: readonly Judged[], keyOf: (one: Judged) => string): Map<string, Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return groups;
}

function outcomesOf(of: readonly Judged[]): string {
  const counts = new Map<string, number>();
  for (const { score } of of) counts.set(score.outcome, (counts.get(score.outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}
