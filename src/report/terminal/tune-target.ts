import type { TargetParameter, TuneResult } from '../../verdict/tune-result.js';
import { counted, sizeText } from '../reading/numbers.js';
import { shownName, visibleProse } from '../../visible.js';
import { section, type Screen } from './screen.js';
import { table, type Cell, type Column } from './table.js';
import { hanging } from './wrap.js';

/** Rows listed one by one; the file has the others. */
const LISTED = 60;

const COLUMNS: Column[] = [
  { title: 'parameter', shrinkTo: 14 },
  { title: 'shape', drop: 1 },
  { title: 'rate', align: 'right' },
  { title: 'init std', align: 'right' },
  { title: 'multiplier', align: 'right' },
  { title: 'decay', align: 'right' },
  { title: 'epsilon', align: 'right', drop: 2 },
];

/** What every parameter of the target starts from and is trained with. */
export function targetLines({ target, targetNotes }: TuneResult, screen: Screen): string[] {
  if (target === null) return [];
  const { targetWidth, hyperparameters, optimizer, parameters } = target;
  const rows = Object.entries(parameters);
  const values = Object.entries(hyperparameters).map(
    ([name, value]) => `${shownName(name)} ${typeof value === 'number' ? sizeText(value) : shownName(String(value))}`,
  );
  const rest = rows.length - LISTED;
  const layout = { columns: screen.columns - 2, title: screen.colors.dim };
  return section(
    `Settings at width ${targetWidth}`,
    [
      ...hanging('  ', `${values.join(', ')}; ${visibleProse(optimizerText(optimizer))}`, screen.columns),
      ...table(COLUMNS, rows.slice(0, LISTED).map(cells), layout).map((line) => `  ${line}`),
      ...(rest > 0 ? [`  and ${counted(rest, 'more parameter')}, in the file`] : []),
      ...rows.flatMap(([name, row]) => tiedLines(name, row, screen)),
      ...targetNotes.flatMap((text) => hanging('  · ', visibleProse(text), screen.columns)).map(screen.colors.dim),
    ],
    screen,
  );
}

function optimizerText({ className, config, isScheduled }: NonNullable<TuneResult['target']>['optimizer']): string {
  const settings = Object.entries(config).map(([name, value]) => `${name} ${String(value)}`);
  const scheduled = isScheduled ? '; rates are those that the schedule multiplies' : '';
  return `${className}${settings.length === 0 ? '' : ` (${settings.join(', ')})`}${scheduled}`;
}

function cells([name, row]: [string, TargetParameter]): Cell[] {
  const { shape, learningRate, initStd, multiplier, weightDecay, epsilon } = row;
  return [
    { text: shownName(name) },
    { text: shape.join('×') },
    ...[learningRate, initStd, multiplier, weightDecay, epsilon].map((value) => ({ text: sizeText(value) })),
  ];
}

function tiedLines(name: string, { tied = {} }: TargetParameter, { columns }: Screen): string[] {
  return Object.entries(tied).flatMap(([layer, multiplier]) =>
    hanging('  ', `${shownName(layer)} uses ${shownName(name)} times ${sizeText(multiplier)}.`, columns),
  );
}
