import type { ChartName } from './compile.js';

/** Rows of one data set with their keys said once: a page holds thousands. */
export interface FigureTable {
  fields: string[];
  rows: (string | number | null)[][];
}

/** One chart of a page, ready to be drawn: which compiled chart, and what fills it. */
export interface Figure {
  chart: ChartName;
  tables: Record<string, FigureTable>;
  signals: Record<string, unknown>;
  /** What a screen reader says of it. */
  description: string;
  height: number;
}

/** Packs rows that all have the keys of the first. */
export function packed(rows: readonly Readonly<Record<string, string | number | null>>[]): FigureTable {
  const fields = Object.keys(rows[0] ?? {});
  return { fields, rows: rows.map((row) => fields.map((field) => row[field] ?? null)) };
}

/** The rows of a table, as a chart takes them. */
export function unpacked({ fields, rows }: FigureTable): object[] {
  return rows.map((row) => Object.fromEntries(fields.map((field, i) => [field, row[i] ?? null])));
}
