#!/usr/bin/env node
import { run } from './run.js';
import { processTerminal } from './terminal.js';

// A reader that stops reading (`| head`) is no failure of the check: its files are still written, its code still told.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await run(process.argv.slice(2), processTerminal());
