import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from '../bench/child.js';
import { widthsOf, type Job } from './job.js';

/**
 * Makes one check by the command line, and gives its records.
 *
 * @throws Error with what the command said, where it wrote no records
 */
export async function trainJob(job: Job): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'coordcheck-calibration-'));
  try {
    const widths = widthsOf(job);
    const rateFactor = (job.specimen.rateFactor ?? 1) * job.rate;
    const args = [
      'dist/cli/main.js',
      'fixtures/zoo/model.ts',
      '--quiet',
      // As many checks run at once as there are cores.
      '--workers=1',
      `--seed=${job.root}`,
      `--set=rateFactor=${rateFactor}`,
      `--out=${folder}`,
      `--reporter=json=${path.join(folder, 'result.json')}`,
      ...(widths === null ? [] : [`--widths=${widths.join(',')}`]),
    ];
    const { stderr } = await run(process.execPath, args, { ...process.env, ZOO_SPECIMEN: job.specimen.id });
    const records = (await readdir(folder)).find((name) => name.endsWith('.records.ndjson'));
    if (records === undefined) throw new Error(`no records of ${job.specimen.id}, seed root ${job.root}: ${stderr}`);
    return await readFile(path.join(folder, records), 'utf8');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
