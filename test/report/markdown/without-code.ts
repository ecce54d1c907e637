/** The text without its code: what GitHub reads for markup, mentions and HTML. */
export function withoutCode(markdown: string): string {
  return markdown
    .replaceAll(/^(`{3,}).*?^\1$/gms, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/\\./g, '');
}
