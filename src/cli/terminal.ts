/** A place to print to, and what it can show. */
export interface Screen {
  print(text: string): void;
  isLive: boolean;
  columns: number;
  hasColor: boolean;
}

/** What the command line is given from outside: everything a test wants to replace. */
export interface Terminal {
  /** Results. */
  stdout: Screen;
  /** Progress, logs and errors. */
  stderr: Screen;
  environment: Readonly<Record<string, string | undefined>>;
  folder: string;
}

/** The part of a stream that decides what it can show. */
interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** Describes a stream: `COLUMNS`, `NO_COLOR` and `FORCE_COLOR` beat what the stream says of itself. */
export function screen(stream: Stream, environment: Terminal['environment']): Screen {
  const columns = Number(environment['COLUMNS']);
  const isDumb = environment['TERM'] === 'dumb';
  return {
    print: (text) => void stream.write(text),
    isLive: stream.isTTY === true && !isDumb && !environment['CI'],
    columns: Number.isInteger(columns) && columns > 0 ? columns : stream.columns || 80,
    hasColor: wantsColor(environment) ?? (stream.isTTY === true && !isDumb),
  };
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { env } = process;
  return {
    stdout: screen(process.stdout, env),
    stderr: screen(process.stderr, env),
    environment: env,
    folder: process.cwd(),
  };
}

/** https://no-color.org and https://force-color.org: set and not empty; `FORCE_COLOR=0` is off. */
function wantsColor(environment: Terminal['environment']): boolean | null {
  if (environment['NO_COLOR']) return false;
  const forced = environment['FORCE_COLOR'];
  return forced === undefined || forced === '' ? null : forced !== '0' && forced !== 'false';
}
