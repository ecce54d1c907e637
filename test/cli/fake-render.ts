/** Stands in for the reports, which are tested where they are made: here it matters only where they go. */
export const REPORT_FORMATS = ['terminal', 'html', 'json', 'markdown'];

export async function render({ name }: { name: string }, format: string): Promise<string> {
  return `${format} of ${name}\n`;
}
