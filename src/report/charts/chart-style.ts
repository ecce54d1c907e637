/** The colours a chart is drawn in, by name; the page's own, light or dark, are filled in when it is drawn. */
export const CHART_COLORS = {
  ink: '#1d2327',
  muted: '#5b646b',
  line: '#dddad3',
  accent: '#1f5f8b',
  surface: '#ffffff',
} as const;

/** The name of a chart's colour. */
export type ChartColor = keyof typeof CHART_COLORS;

/** The colours as parameters of a chart, so that one compiled chart serves light and dark. */
export const COLOR_PARAMS = Object.entries(CHART_COLORS).map(([name, value]) => ({ name, value }));

/** A colour of the page, by its name. */
export function ink(color: ChartColor): { expr: ChartColor } {
  return { expr: color };
}

/** A colour of the page's style sheet, by reference: a drawn chart turns dark, or black on paper, with the page. */
export function pageColor(name: string): string {
  return `var(--${name})`;
}

/** What all charts share: no frame, a fixed box that labels fit into. The font is the page's, filled in when drawn. */
export function chartConfig() {
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    width: 240,
    height: 170,
    background: 'transparent',
    autosize: { type: 'fit', contains: 'padding' } as const,
    padding: 4,
    config: {
      view: { stroke: null },
      axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 'normal' },
    } as const,
  };
}

/** What all axes share. */
export function axisStyle() {
  return {
    title: null,
    labelColor: ink('muted'),
    domainColor: ink('line'),
    tickColor: ink('line'),
    gridColor: ink('line'),
    tickSize: 4,
    labelPadding: 5,
  };
}
