import { describe, expect, it } from 'vitest';
import { THEME } from '../../../src/report/html/style/theme.js';

type Palette = Record<string, string>;

function palette(css: string): Palette {
  return Object.fromEntries(
    [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
}

/** WCAG 2 relative luminance. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const [lightCss = '', darkCss = ''] = THEME.split('@media');
const TEXT: [string, string][] = [
  ...['ink', 'muted', 'accent'].flatMap(
    (text) =>
      [
        [text, 'page'],
        [text, 'surface'],
        [text, 'sunk'],
      ] as [string, string][],
  ),
  ...['pass', 'fail', 'inconclusive', 'inapplicable'].flatMap(
    (text) =>
      [
        [text, `${text}-soft`],
        [text, 'surface'],
        ['ink', `${text}-soft`],
        ['accent', `${text}-soft`],
      ] as [string, string][],
  ),
  ...[-4, -3, -2, -1, 0, 1, 2, 3, 4].map((step) => [`h${step}-ink`, `h${step}`] as [string, string]),
];
const MARKS = ['ramp-0', 'ramp-1', 'ramp-2', 'ramp-3', 'ramp-4', 'ramp-5', 'ramp-6'];

describe.each([
  ['light', palette(lightCss)],
  ['dark', palette(darkCss)],
])('THEME in %s', (_name, colors) => {
  it.each(TEXT)('gives %s on %s a contrast of at least 4.5', (text, ground) => {
    expect(contrast(colors[text] ?? '', colors[ground] ?? '')).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARKS)('gives lines in %s a contrast of at least 3', (mark) => {
    expect(contrast(colors[mark] ?? '', colors['surface'] ?? '')).toBeGreaterThanOrEqual(3);
  });
});
