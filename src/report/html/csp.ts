import { createHash } from 'node:crypto';

/**
 * The content security policy of a report: nothing is loaded from anywhere, and only this very script and style apply.
 *
 * @param script - text of the page's one script element, byte for byte
 * @param style - text of the page's one style element, byte for byte
 */
export function contentSecurityPolicy(script: string, style: string): string {
  return [
    "default-src 'none'",
    script === '' ? "script-src 'none'" : `script-src '${sha256(script)}'`,
    `style-src '${sha256(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function sha256(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
