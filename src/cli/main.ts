#!/usr/bin/env node
import { UNFORESEEN } from './exit-code.js';
import { run } from './run.js';
import { processTerminal } from './terminal.js';

let isBroken = false;
const streams = [process.stdout, process.stderr];
for (const stream of streams) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that stops reading (`| head`) is no failure of the check: its files are still written, its code still told.
    if (error.code === 'EPIPE' || isBroken) return;
    // What cannot be shown must not be taken for a verdict.
    isBroken = true;
    const other = streams.find((one) => one !== stream);
    other?.write(`coordcheck: cannot write to ${stream === process.stdout ? 'stdout' : 'stderr'}: ${error.message}\n`);
  });
}

// Node's own code for it is that of a failed check.
process.on('uncaughtException', (error) => {
  process.stderr.write(`coordcheck: ${error.stack ?? error.message}\n`);
  process.exit(UNFORESEEN);
});
process.on('exit', () => {
  if (isBroken) process.exitCode = UNFORESEEN;
});

process.exitCode = await run(process.argv.slice(2), processTerminal());
