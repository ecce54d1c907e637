import { isHeldOut } from '../../fixtures/zoo/held-out.js';
import type { Specimen, ZooModel } from '../../fixtures/zoo/specimen.js';
import { matches } from '../../fixtures/zoo/factors.js';
import { ZOO } from '../../fixtures/zoo/zoo.js';

/** Which widths a check is made at: the specimen's own, or no more than 8×, from half its narrowest. */
export type Ladder = 'default' | 'short';

/** One check of one specimen. */
export interface Job {
  specimen: Specimen;
  isHeldOut: boolean;
  root: number;
  /** On the specimen's own rate. */
  rate: number;
  ladder: Ladder;
}

/** What a calibration consists of. */
export interface Selection {
  /** Globs over ids of specimens. */
  only: readonly string[];
  roots: readonly number[];
  rates: readonly number[];
  ladders: readonly Ladder[];
  /** Leaves the held-out specimens out: while the method is being changed. */
  isTuning: boolean;
  /** Leaves wrong models out: narrow widths are to raise no false alarms, and may leave open what is wrong. */
  isRight: boolean;
}

/** All checks of a selection, root by root, so that one that is stopped has seen every specimen alike. */
export function jobsOf({ only, roots, rates, ladders, isTuning, isRight }: Selection): Job[] {
  const specimens = [...ZOO.values()]
    .filter(({ id }) => !(isTuning && isHeldOut(id)))
    .filter(({ expected }) => !(isRight && Array.isArray(expected)))
    .filter(({ id }) => only.length === 0 || only.some((pattern) => matches(pattern, id)));
  return roots.flatMap((root) =>
    rates.flatMap((rate) => ladders.flatMap((ladder) => specimens.map((one) => jobOf(one, { root, rate, ladder })))),
  );
}

/** The check of a specimen at a root, a rate and a ladder. */
export function jobOf(specimen: Specimen, at: Pick<Job, 'root' | 'rate' | 'ladder'>): Job {
  return { specimen, isHeldOut: isHeldOut(specimen.id), ...at };
}

const SHORT_LADDERS: Readonly<Record<ZooModel, readonly number[]>> = {
  mlp: [32, 64, 128, 256],
  cnn: [4, 8, 16, 32],
  transformer: [32, 64, 128, 256],
};

/** The widths of a job where they are not the specimen's own. */
export function widthsOf({ specimen, ladder }: Job): readonly number[] | null {
  return ladder === 'short' && specimen.widths === undefined ? SHORT_LADDERS[specimen.model] : null;
}

/** A name for a job's file. */
export function jobName({ specimen: { id }, root, rate, ladder }: Job): string {
  return [id.replaceAll(/[/:]/g, '-'), root, rate, ladder].join('.');
}
