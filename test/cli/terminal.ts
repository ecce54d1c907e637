import { screen, type Terminal } from '../../src/cli/terminal.js';

/** A terminal whose output is kept as text, piped (not live) unless said. */
export function fakeTerminal(given: Partial<Pick<Terminal, 'environment' | 'folder'>> = {}): Terminal & {
  out(): string;
  err(): string;
} {
  const written = { out: '', err: '' };
  const environment = given.environment ?? {};
  return {
    stdout: screen({ write: (text) => (written.out += text) }, environment),
    stderr: screen({ write: (text) => (written.err += text) }, environment),
    environment,
    folder: given.folder ?? process.cwd(),
    out: () => written.out,
    err: () => written.err,
  };
}
