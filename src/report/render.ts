import { failure } from '../errors.js';
import type { CheckResult } from '../verdict/result.js';
import type { PrescriptionResult } from '../verdict/prescription.js';
import type { TerminalOptions } from './terminal/screen.js';

/** What a result can be rendered as. */
export type ReportFormat = 'terminal' | 'html' | 'json' | 'markdown';

/** How a result is rendered; the terminal alone reads these. */
export type RenderOptions = TerminalOptions;

type Renderer = (result: CheckResult, options: RenderOptions) => Promise<string>;

/** One entry for each format; each loads what it needs when it is first asked for. */
const RENDERERS: Record<ReportFormat, Renderer> = {
  terminal: async (result, options) => (await import('./terminal/terminal.js')).renderTerminal(result, options),
  html: async (result) => (await import('./html/html.js')).renderHtml(result),
  json: async (result) => (await import('./json.js')).renderJson(result),
  markdown: async (result) => (await import('./markdown/markdown.js')).renderMarkdown(result),
};

/** The formats `render` knows, in the order they are listed to people. */
export const REPORT_FORMATS = Object.keys(RENDERERS) as ReportFormat[];

/**
 * Renders what a check found. Reads the result only: no model, no records, no TF.js.
 *
 * @param result - the result of a check, also one read back from `*.result.json`
 * @param format - `terminal` for people at a prompt, `markdown` for a pull request, `html` for one offline file,
 *   `json` for programs
 * @returns the text; it ends with a newline
 * @throws CoordCheckError REPORT_FORMAT_UNKNOWN for any other format
 */
export async function render(result: CheckResult, format: ReportFormat, options: RenderOptions = {}): Promise<string> {
  if (!Object.hasOwn(RENDERERS, format)) {
    throw failure('REPORT_FORMAT_UNKNOWN', { got: format, known: REPORT_FORMATS.join(', ') });
  }
  return RENDERERS[format](result, options);
}

/**
 * Renders a prescription for the terminal: its table, the verdict of the check made with it, and the code to paste.
 *
 * @returns the text; it ends with a newline
 */
export async function renderPrescription(result: PrescriptionResult, options: RenderOptions = {}): Promise<string> {
  return (await import('./terminal/prescription.js')).renderPrescription(result, options);
}
