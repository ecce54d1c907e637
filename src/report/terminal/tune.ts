import type { Contender, MeanOfSeeds, SearchedDimension, TuneResult } from '../../verdict/tune-result.js';
import { counted, NO_NUMBER, sizeText } from '../reading/numbers.js';
import { shownName, visible, visibleProse } from '../../visible.js';
import { screenOf, section, type Screen, type TerminalOptions } from './screen.js';
import { table, type Cell, type Column } from './table.js';
import { targetLines } from './tune-target.js';
import { hanging, wrapCommand } from './wrap.js';

/**
 * A tuning for people at a prompt: what was chosen, what it was compared with, and the target's settings.
 *
 * @param options - `columns` a line may take (80), `color` whether ANSI colours are used (false)
 * @returns lines no wider than `columns`, but for a long word of the command, which can be pasted only whole; control
 *   characters in names are spelt out, never sent to the terminal
 */
export function renderTuneTerminal(result: TuneResult, options: TerminalOptions = {}): string {
  const screen = screenOf(options);
  const sections = [
    headLines(result, screen),
    searchLines(result, screen),
    contenderLines(`Compared at width ${result.config.width}`, result.contenders, result, screen),
    targetLines(result, screen),
    verificationLines(result, screen),
    costLines(result, screen),
    section('Notes', bullets(result.notes, screen), screen),
    result.command === '' ? [] : section('Repeat with', wrapCommand(visible(result.command), screen.columns), screen),
  ].filter((lines) => lines.length > 0);
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headLines({ outcome, name, summary, settle }: TuneResult, screen: Screen): string[] {
  const isTuned = outcome === 'tuned';
  const word = isTuned ? 'TUNED' : 'UNDECIDED';
  const text = `${visibleProse(name)} · ${visibleProse(summary)}${settle === null ? '' : ` ${visibleProse(settle)}`}`;
  const [first = '', ...rest] = hanging(`${word}  `, text, screen.columns);
  const paint = screen.outcome[isTuned ? 'pass' : 'inconclusive'];
  return [paint(screen.colors.bold(word)) + first.slice(word.length), ...rest];
}

const RUNG_COLUMNS: Column[] = [
  { title: 'steps', align: 'right' },
  { title: 'trials', align: 'right' },
  { title: 'finished', align: 'right', drop: 1 },
  { title: 'diverged', align: 'right' },
  { title: 'failed', align: 'right' },
  { title: 'best loss', align: 'right' },
];

function searchLines({ space, rungs, config }: TuneResult, screen: Screen): string[] {
  if (rungs.length === 0) return [];
  const hasFailed = rungs.some(({ failed }) => failed > 0);
  const shown = (_: unknown, column: number) => hasFailed || RUNG_COLUMNS[column]?.title !== 'failed';
  const rows = rungs.map(({ steps, trials, finished, diverged, failed, best }) =>
    [steps, trials, finished, diverged, failed, sizeText(best)].map((cell) => ({ text: String(cell) })).filter(shown),
  );
  const how = config.search === 'random' ? 'random search' : 'successive halving';
  const where = `Width ${config.width}${config.depth === null ? '' : `, depth ${config.depth}`}, seed ${config.searchSeed}, ${how}`;
  return section(
    'Search',
    [
      ...hanging('  ', `${where}: ${space.map(spaceText).join('; ')}`, screen.columns),
      ...indented(table(RUNG_COLUMNS.filter(shown), rows, layout(screen))),
    ],
    screen,
  );
}

function spaceText(dimension: SearchedDimension): string {
  const name = shownName(dimension.hyperparameter);
  if (dimension.scale === 'choice') return `${name} among ${dimension.values.map(valueText).join(', ')}`;
  const { from, to, scale } = dimension;
  return `${name} ${sizeText(from)} to ${sizeText(to)}${scale === 'log' ? ', even in the log' : ''}`;
}

function contenderLines(
  title: string,
  contenders: readonly Contender[],
  { space, config }: TuneResult,
  screen: Screen,
): string[] {
  if (contenders.length === 0) return [];
  const names = space.map(({ hyperparameter }) => hyperparameter);
  const columns: Column[] = [
    { title: 'setting', shrinkTo: 14 },
    ...names.map((name) => ({
      title: shownName(name),
      align: 'right' as const,
      shrinkTo: Math.max(10, Math.min(20, name.length)),
    })),
    { title: 'loss', align: 'right' },
    { title: '95 % interval', align: 'right', drop: 1 },
    { title: 'behind', align: 'right', drop: 3 },
    { title: '95 % interval', align: 'right', drop: 2 },
  ];
  const rows = contenders.map((contender): Cell[] => {
    const { values, scores, score, behind } = contender;
    const lost = scores.filter((each) => each === null).length;
    return [
      { text: labelOf(contender) },
      ...names.map((name) => ({ text: valueText(values[name] ?? config.hyperparameters[name]) })),
      { text: score === null ? `${lost} of ${scores.length} diverged` : sizeText(score.mean) },
      { text: meanInterval(score), paint: screen.colors.dim },
      { text: behind === null ? '' : sizeText(behind.mean) },
      { text: behind === null ? '' : meanInterval(behind), paint: screen.colors.dim },
    ];
  });
  return section(title, indented(table(columns, rows, layout(screen))), screen);
}

function labelOf({ index, values }: Contender): string {
  if (index !== null) return `trial ${index}`;
  return Object.keys(values).length === 0 ? "the model's own" : 'chosen, other rate';
}

function verificationLines(result: TuneResult, screen: Screen): string[] {
  const { verification } = result;
  if (verification === null) return [];
  const { width, contenders } = verification;
  const title = `Verified at width ${width}`;
  const listed = contenderLines(title, contenders, result, screen);
  const lines = hanging('  ', visibleProse(regretText(verification)), screen.columns);
  return listed.length === 0 ? section(title, lines, screen) : [...listed, ...lines];
}

function regretText({ width, regret, share, reason }: NonNullable<TuneResult['verification']>): string {
  if (regret === null) return reason ?? '';
  if (regret.mean === 0) return `No setting tried at width ${width} is better than the chosen one.`;
  const interval = regret.interval === null ? '' : ` ${meanInterval(regret)}`;
  const relative = share === null ? '' : `, ${percent(share)},`;
  return `The chosen setting loses ${sizeText(regret.mean)}${interval}${relative} against the best found at width ${width}. The best of several is best by chance, too, so that is rather too much.`;
}

function costLines({ cost }: TuneResult, screen: Screen): string[] {
  if (cost === null) return [];
  const { trials, tuningFlops, targetFlops, share, directRatio, reason, assumptions } = cost;
  const beside =
    share === null || targetFlops === null
      ? ''
      : `: ${percent(share)} of one training of the target, ${flops(targetFlops)}`;
  const direct =
    directRatio === null ? '' : ` Tuning the target directly would cost ${powerText(directRatio)} times as much.`;
  const told = `${counted(trials, 'trial')}, ${flops(tuningFlops)} in all${beside}.${direct}${reason === null ? '' : ` ${visibleProse(reason)}`}`;
  return section(
    'Cost',
    [...hanging('  ', told, screen.columns), ...bullets(assumptions, screen).map(screen.colors.dim)],
    screen,
  );
}

function bullets(texts: readonly string[], { columns }: Screen): string[] {
  return texts.flatMap((text) => hanging('  · ', visibleProse(text), columns));
}

function layout({ columns, colors }: Screen): { columns: number; title: (text: string) => string } {
  return { columns: columns - 2, title: colors.dim };
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function valueText(value: number | string | boolean | undefined): string {
  if (value === undefined) return NO_NUMBER;
  return typeof value === 'number' ? sizeText(value) : shownName(String(value));
}

function meanInterval(mean: MeanOfSeeds | null): string {
  const [low, high] = mean?.interval ?? [];
  return low === undefined || high === undefined ? NO_NUMBER : `[${sizeText(low)}, ${sizeText(high)}]`;
}

function percent(share: number): string {
  return `${sizeText(Number((100 * share).toPrecision(3)))} %`;
}

function flops(count: number): string {
  return `${powerText(count)} ${count === 1 ? 'FLOP' : 'FLOPs'}`;
}

/** A large number in powers of ten, `1.2·10^9`. */
function powerText(count: number): string {
  if (count < 1e4) return sizeText(count);
  const exponent = Math.floor(Math.log10(count));
  return `${(count / 10 ** exponent).toFixed(1)}·10^${exponent}`;
}
