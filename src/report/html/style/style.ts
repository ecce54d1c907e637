import { FIGURES } from './figures.js';
import { LAYOUT } from './layout.js';
import { PRINT } from './print.js';
import { TABLES } from './tables.js';
import { THEME } from './theme.js';

/** The report's one style sheet. */
export const STYLE = [THEME, LAYOUT, TABLES, FIGURES, PRINT].join('\n');
