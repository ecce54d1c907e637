import { arch, availableParallelism, platform, totalmem } from 'node:os';
import { listEngines } from '../engine/open-engine.js';
import type { Terminal } from './terminal.js';
import { packageVersion } from './version.js';

/** Prints versions and which engines can run here; exit code 4 where none can. */
export async function doctor({ stdout }: Terminal): Promise<number> {
  const gib = (totalmem() / 2 ** 30).toFixed(1);
  stdout.print(`coordcheck ${packageVersion()}\n`);
  stdout.print(`node       ${process.version} on ${platform()} ${arch()}\n`);
  stdout.print(
    `machine    ${availableParallelism()} cores, ${gib} GiB of memory\n\nengines, in the order auto prefers them:\n`,
  );
  let usable = 0;
  for (const { name, version, available } of await listEngines()) {
    if (available === true) usable += 1;
    const state = available === true ? `can run${version ? `, version ${version}` : ''}` : available;
    stdout.print(`  ${name.padEnd(15)} ${state}\n`);
  }
  return usable > 0 ? 0 : 4;
}
