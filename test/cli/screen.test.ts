import { describe, expect, it } from 'vitest';
import { screen } from '../../src/cli/terminal.js';

const write = (): boolean => true;

describe('screen', () => {
  it('colours a terminal and not a pipe', () => {
    expect(screen({ write, isTTY: true }, {}).hasColor).toBe(true);
    expect(screen({ write }, {}).hasColor).toBe(false);
    expect(screen({ write, isTTY: true }, { TERM: 'dumb' }).hasColor).toBe(false);
  });

  it('obeys NO_COLOR before FORCE_COLOR before the stream', () => {
    expect(screen({ write, isTTY: true }, { NO_COLOR: '1', FORCE_COLOR: '1' }).hasColor).toBe(false);
    expect(screen({ write }, { FORCE_COLOR: '1' }).hasColor).toBe(true);
    expect(screen({ write, isTTY: true }, { FORCE_COLOR: '0' }).hasColor).toBe(false);
    expect(screen({ write, isTTY: true }, { NO_COLOR: '' }).hasColor).toBe(true);
  });

  it('takes its width from COLUMNS, then the stream, then 80', () => {
    expect(screen({ write, columns: 100 }, { COLUMNS: '60' }).columns).toBe(60);
    expect(screen({ write, columns: 100 }, { COLUMNS: 'wide' }).columns).toBe(100);
    expect(screen({ write }, {}).columns).toBe(80);
    // Some pseudo-terminals know no width and say 0.
    expect(screen({ write, columns: 0 }, {}).columns).toBe(80);
  });

  it('redraws in place on a terminal only, and not in CI', () => {
    expect(screen({ write, isTTY: true }, {}).isLive).toBe(true);
    expect(screen({ write, isTTY: true }, { CI: 'true' }).isLive).toBe(false);
    expect(screen({ write }, {}).isLive).toBe(false);
  });
});
