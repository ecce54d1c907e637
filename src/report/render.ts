import { failure } from '../errors.js';
import type { PrescriptionResult } from '../verdict/prescription.js';
import type { ReportedResult, ResultKinds } from './reported-result.js';
import type { TuneResult } from '../verdict/tune-result.js';
import type { TerminalOptions } from './terminal/screen.js';

export type { ReportedResult } from './reported-result.js';

/** What a result can be rendered as. */
export type ReportFormat = 'terminal' | 'html' | 'json' | 'markdown';

/** How a result is rendered; the terminal alone reads these. */
export type RenderOptions = TerminalOptions;

type Renderers<R> = Record<ReportFormat, (result: R, options: RenderOptions) => Promise<string>>;

/** One table for each kind of result, one entry for each format; each loads what it needs when it is first asked for. */
const RENDERERS: { [Schema in keyof ResultKinds]: Renderers<ResultKinds[Schema]> } = {
  'coordcheck/result': {
    terminal: async (result, options) => (await import('./terminal/terminal.js')).renderTerminal(result, options),
    html: async (result) => (await import('./html/html.js')).renderHtml(result),
    json: async (result) => (await import('./json.js')).renderJson(result),
    markdown: async (result) => (await import('./markdown/markdown.js')).renderMarkdown(result),
  },
  'coordcheck/sweep': {
    terminal: async (result, options) => (await import('./terminal/sweep.js')).renderSweepTerminal(result, options),
    html: async (result) => (await import('./html/sweep/sweep.js')).renderSweepHtml(result),
    json: async (result) => (await import('./json.js')).renderJson(result),
    markdown: async (result) => (await import('./markdown/sweep.js')).renderSweepMarkdown(result),
  },
};

/** The formats `render` knows, in the order they are listed to people. */
export const REPORT_FORMATS = Object.keys(RENDERERS['coordcheck/result']) as ReportFormat[];

/**
 * Renders what a check or a sweep found. Reads the result only: no model, no records, no TF.js.
 *
 * @param result - the result of a check or a sweep, told apart by its `schema`; also one read back from its file
 * @param format - `terminal` for people at a prompt, `markdown` for a pull request, `html` for one offline file,
 *   `json` for programs
 * @returns the text; it ends with a newline
 * @throws CoordCheckError REPORT_FORMAT_UNKNOWN for any other format
 */
export async function render(
  result: ReportedResult,
  format: ReportFormat,
  options: RenderOptions = {},
): Promise<string> {
  if (!REPORT_FORMATS.includes(format)) {
    throw failure('REPORT_FORMAT_UNKNOWN', { got: format, known: REPORT_FORMATS.join(', ') });
  }
  // The table is keyed by the schema that the result names, so its renderers take this very kind.
  const renderers = RENDERERS[result.schema] as Renderers<ReportedResult>;
  return renderers[format](result, options);
}

/** The forms for people to read at once: of a prescription there are no others. */
export type PrescriptionFormat = Extract<ReportFormat, 'terminal' | 'markdown'>;

/**
 * Renders a prescription: the verdict of the check made with it, its table, and the code to paste.
 *
 * @param format - `terminal` for people at a prompt, `markdown` for a pull request
 * @returns the text; it ends with a newline
 */
export async function renderPrescription(
  result: PrescriptionResult,
  format: PrescriptionFormat,
  options: RenderOptions = {},
): Promise<string> {
  if (format === 'markdown') return (await import('./markdown/prescription.js')).renderPrescriptionMarkdown(result);
  return (await import('./terminal/prescription.js')).renderPrescription(result, options);
}

/**
 * Renders a tuning for the terminal: what was chosen, what it was compared with, and the target's settings.
 *
 * @returns the text; it ends with a newline
 */
export async function renderTune(result: TuneResult, options: RenderOptions = {}): Promise<string> {
  return (await import('./terminal/tune.js')).renderTuneTerminal(result, options);
}
