import { barText, isDefault, isMet, MEASURES } from './bars.js';
import type { Job } from './job.js';
import { isAsExpected, type Judged } from './judged.js';
import type { Score } from './score.js';
import { rateText, tallyOfChecks } from './tally.js';

/** A calibration as Markdown: what was run, the rates, and every specimen. */
export function reportOf(all: readonly Judged[], { command, missing }: { command: string; missing: number }): string {
  const usual = all.filter(isDefault);
  const open = usual.filter(({ job }) => !job.isHeldOut);
  const heldOut = usual.filter(({ job }) => job.isHeldOut);
  const roots = [...new Set(all.map(({ job }) => job.root))].toSorted((a, b) => a - b);
  return `# Calibration

Made by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: ${all.length} checks of ${specimens(all)} specimens${
    missing === 0 ? '' : ` (${missing} more of those asked for were not run)`
  }, seed roots ${roots.join(', ')}, by the method of ${commitsOf(all)}.

Every rate is followed by its counts and its exact 95 % interval (Clopper–Pearson), in percent. *Held out*: ${specimens(heldOut)}
specimens on which nothing was tuned. *Control*: raw mean |x| after training steps, every slope within 0.05, from the same
records. A cause, a set of parameters or an exponent is right where it is exactly what the specimen's description expects;
checks of one specimen at several roots are not independent of each other, which the intervals do not know.

## At default settings

| | must be | tuned on | held out | all | control, all |
|---|---|---|---|---|---|
${usualTable({ open, heldOut, usual })}

${settingsOf(all)}${surprisesOf(all)}## Every specimen at default settings

| specimen | outcomes | cause | parameters | exponents |
|---|---|---|---|---|
${specimenRows(usual).join('\n')}
`;
}

/** The commits that checks were judged by, with how many each where there are several. */
function commitsOf(all: readonly Judged[]): string {
  const commits = [...grouped(all, ({ commit }) => commit)];
  if (commits.length === 1) return `commit ${commits[0]?.[0]}`;
  return `commits ${commits.map(([commit, of]) => `${commit} (${of.length} checks)`).join(', ')}`;
}

/** Every check that did not come out as it must, with what was said; at other settings, what is left open is expected. */
function surprisesOf(all: readonly Judged[]): string {
  const surprises = all.filter(
    (one) => !isAsExpected(one) && (isDefault(one) || !['inconclusive', 'detected'].includes(one.score.outcome)),
  );
  if (surprises.length === 0) return '';
  const rows = surprises.map(({ job, score: { outcome }, said }) => {
    return `| ${[nameOf(job), `${job.root}`, job.ladder, `× ${job.rate}`, outcome, said.replaceAll('|', '·')].join(' | ')} |`;
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

function usualTable(of: Record<'open' | 'heldOut' | 'usual', readonly Judged[]>): string {
  const usual = tallyOfChecks(of.usual);
  const control = tallyOfChecks(of.usual.map((one) => ({ ...one, score: controlScore(one) })));
  const columns = [tallyOfChecks(of.open), tallyOfChecks(of.heldOut), usual, control];
  return MEASURES.map((measure) => {
    const rate = measure.of(usual);
    const isShort = !isMet(measure, rate);
    const bar = isShort ? `${barText(measure)} **not met**` : barText(measure);
    const texts = columns.map((tally) => rateText(measure.of(tally)));
    return `| ${[measure.name, bar, ...texts].join(' | ')} |`;
  }).join('\n');
}

/** A specimen's id, marked where it is held out. */
function nameOf({ specimen: { id }, isHeldOut }: Job): string {
  return `${id}${isHeldOut ? ' (held out)' : ''}`;
}

function specimens(all: readonly Judged[]): number {
  return new Set(all.map(({ job }) => job.specimen.id)).size;
}

/** The same rates at other widths and rates. */
function settingsOf(all: readonly Judged[]): string {
  const others = all.filter((one) => !isDefault(one));
  if (others.length === 0) return '';
  const groups = [...grouped(others, ({ job }) => `${job.ladder} widths, rate × ${job.rate}`)];
  const tallies = groups.map(([, of]) => tallyOfChecks(of));
  const rows = MEASURES.map(
    ({ name, of }) => `| ${[name, ...tallies.map((tally) => rateText(of(tally)))].join(' | ')} |`,
  );
  return `## At other settings

| | ${groups.map(([key]) => key).join(' | ')} |
|---|${groups.map(() => '---|').join('')}
${rows.join('\n')}

`;
}

function specimenRows(all: readonly Judged[]): string[] {
  return [...grouped(all, ({ job }) => nameOf(job))].map(([name, of]) => {
    const { cause, parameter, exponent } = tallyOfChecks(of);
    const short = ({ hits, trials }: { hits: number; trials: number }) => (trials === 0 ? '' : `${hits} of ${trials}`);
    return `| ${[name, outcomesOf(of), short(cause), short(parameter), short(exponent)].join(' | ')} |`;
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
