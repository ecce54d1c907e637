import { branchesOf, growingWriters, type BlockParameter, type DepthModel, type Stretch } from './depth-branches.js';
import { commonName, kindOf } from './depth-names.js';

/**
 * Where a parameter stands: in blocks, of which deeper models have more; `shared` by all blocks, which use it more often
 * the more there are; outside blocks; or `between`, in front of blocks and perhaps in the first of them.
 */
export type DepthPlace = 'block' | 'shared' | 'outside' | 'between';

/** A parameter that models of every depth have. */
export interface CommonParameter {
  /** As the shallowest model calls it; in several blocks, what all their names have in common. */
  name: string;
  place: DepthPlace;
  /** Of which stage's blocks, or in front of which; null behind the last and where there is none. */
  stage: number | null;
  /** What it is in the model of a depth: one parameter, or one of every block. */
  at: ReadonlyMap<number, readonly BlockParameter[]>;
}

/** Where the blocks of one stage are in the order of taps. */
export interface StageSpan {
  /** The first tap that shows a parameter of its blocks. */
  from: string | null;
  /** The first tap that shows one behind its blocks; null where nothing follows. */
  before: string | null;
}

/** What models of several depths have in common. */
export interface Blocks {
  /** In the order of the forward pass. */
  parameters: CommonParameter[];
  /** By depth, stage by stage; no stage where fewer than two branches are seen. */
  stages: ReadonlyMap<number, readonly StageSpan[]>;
}

/**
 * Finds the blocks of models of several depths, and what stands outside them.
 *
 * Names alone do not tell: where layers are numbered (`dense_1`, `dense_2`, …), the embedding and the blocks are of one
 * kind, and the last norm of a shallow model has the name of a deeper model's block. What writes into the residual
 * stream tells ({@link branchesOf}): where each branch is, and what stands between. Blocks without anything between them
 * are a stage; one in which there are as many at every depth belongs to the stage that follows (a first block with a
 * projection). Outside parameters of different depths are the same where they stand in the same place. Where fewer than
 * two writers are seen, all are followed by name, and those are in blocks whose kind deeper models have more of.
 *
 * @param models - at least one
 */
export function findBlocks(models: readonly DepthModel[]): Blocks {
  const sorted = models.toSorted((a, b) => a.depth - b.depth);
  const layouts = layoutsOf(sorted);
  if (layouts === null) return { parameters: byName(sorted), stages: new Map() };
  const count = layouts[0]?.stages.length ?? 0;
  const ofStages = Array.from({ length: count }, (_, stage) => [
    ...stretchParameters(layouts, stage),
    ...branchParameters(layouts, stage),
  ]);
  const tail = aligned(layouts, (layout) => layout.tail, { place: 'outside', stage: null });
  const spans = layouts.map((layout) => [layout.model.depth, spansOf(layout)] as const);
  return { parameters: named([...ofStages.flat(), ...tail]), stages: new Map(spans) };
}

function spansOf({ stages, tail }: Layout): StageSpan[] {
  return stages.map((parts, i) => {
    const next = stages[i + 1];
    const following = next === undefined ? tail : [...(next[0]?.front ?? []), ...blocksOf(next)];
    return { from: firstTap(blocksOf(parts)), before: firstTap(following) };
  });
}

/** All parameters of a stage's branches. */
function blocksOf(parts: readonly Stretch[] = []): BlockParameter[] {
  return parts.flatMap(({ branches }) => branches.flatMap(({ body }) => body));
}

/** One model cut up: each stage in one stretch or more, and what follows the last. */
interface Layout {
  model: DepthModel;
  stages: Stretch[][];
  tail: readonly BlockParameter[];
}

/** Null where no branch is seen, or models do not agree on what stands between them. */
function layoutsOf(sorted: readonly DepthModel[]): Layout[] | null {
  const [shallowest, deepest] = [sorted[0], sorted.at(-1)];
  if (shallowest === undefined || deepest === undefined) return null;
  const writers = growingWriters(shallowest, deepest);
  const cut = sorted.map((model) => ({ model, ...branchesOf(model, { writers, shallowest, deepest }) }));
  const [narrow, deep] = [cut[0], cut.at(-1)];
  const count = deep?.stretches.length ?? 0;
  if (count === 0 || cut.some(({ stretches }) => stretches.length !== count)) return null;
  const grows = Array.from({ length: count }, (_, i) => size(deep?.stretches[i]) > size(narrow?.stretches[i]));
  const growing = grows.flatMap((does, i) => (does ? [i] : []));
  if (growing.length === 0) return null;
  // What does not grow belongs to the stage behind it, at the end to the one in front.
  const ends = growing.map((index, i) => (i === growing.length - 1 ? count : index + 1));
  return cut.map(({ model, stretches, tail }) => ({
    model,
    tail,
    stages: ends.map((end, i) => stretches.slice(ends[i - 1] ?? 0, end)),
  }));
}

function size(stretch: Stretch | undefined): number {
  return stretch?.branches.length ?? 0;
}

type Standing = Pick<CommonParameter, 'place' | 'stage'>;

/** What stands in front of a stage's blocks, and between them. */
function stretchParameters(layouts: readonly Layout[], stage: number): CommonParameter[] {
  const parts = layouts[0]?.stages[stage] ?? [];
  return parts.flatMap(({ isWhole }, i) =>
    aligned(layouts, ({ stages }) => stages[stage]?.[i]?.front ?? [], {
      place: isWhole && i === 0 ? 'outside' : 'between',
      stage,
    }),
  );
}

/** What stands in the same place of branches that look alike is one parameter, of as many blocks as there are. */
function branchParameters(layouts: readonly Layout[], stage: number): CommonParameter[] {
  const kinds = new Map<string, Map<number, BlockParameter[]>>();
  for (const { model, stages } of layouts) {
    const branches = (stages[stage] ?? []).flatMap((stretch) => stretch.branches);
    for (const { sign, length, body } of branches) {
      body.forEach((parameter, i) => {
        const key = JSON.stringify([sign, length - body.length + i]);
        const at = kinds.get(key) ?? new Map<number, BlockParameter[]>();
        kinds.set(key, at.set(model.depth, [...(at.get(model.depth) ?? []), parameter]));
      });
    }
  }
  const found = [...kinds.values()].filter((at) => at.size === layouts.length);
  return found.map((at) => ({
    name: commonName([...at.values()].at(-1)?.map(({ name }) => name) ?? []),
    place: 'block',
    stage,
    at,
  }));
}

/** Lists of equal length, position by position; nothing where models differ. */
function aligned(
  layouts: readonly Layout[],
  listOf: (layout: Layout) => readonly BlockParameter[],
  standing: Standing,
): CommonParameter[] {
  const lists = layouts.map(listOf);
  const models = layouts.map(({ model }) => model);
  if (new Set(lists.map(({ length }) => length)).size > 1) return [];
  return (lists[0] ?? []).flatMap((_, i) =>
    common(
      models,
      lists.map((list) => list[i]),
      standing,
    ),
  );
}

function byName(models: readonly DepthModel[]): CommonParameter[] {
  const [shallowest] = models;
  return (shallowest?.parameters ?? []).flatMap((parameter) => {
    const found = models.map(({ parameters }) => parameters.find(({ name }) => name === parameter.name));
    const counts = new Set(models.map((model) => countOfKind(model, kindOf(parameter.name))));
    return common(models, found, counts.size > 1 ? { place: 'block', stage: 0 } : { place: 'outside', stage: null });
  });
}

function countOfKind({ parameters }: DepthModel, kind: string): number {
  return parameters.filter(({ name }) => kindOf(name) === kind).length;
}

/** What was found at each depth as one parameter; nothing where it is missing, or another thing, at some depth. */
function common(
  models: readonly DepthModel[],
  found: readonly (BlockParameter | undefined)[],
  standing: Standing,
): CommonParameter[] {
  const [first] = found;
  if (first === undefined) return [];
  const isSame = (other: BlockParameter | undefined) =>
    other !== undefined && kindOf(other.name) === kindOf(first.name) && String(other.shape) === String(first.shape);
  if (!found.every(isSame)) return [];
  const at = new Map(models.map(({ depth }, i) => [depth, [found[i] ?? first]]));
  const isShared = (found.at(-1)?.times ?? 1) > first.times;
  const shared = { place: 'shared', stage: standing.stage ?? 0 } as const;
  return [{ name: first.name, ...(isShared ? shared : standing), at }];
}

/** Where blocks' names have the same in common (`dense_*`), the first block's stands for all. */
function named(parameters: readonly CommonParameter[]): CommonParameter[] {
  const names = parameters.map(({ name }) => name);
  return parameters.map((parameter) => {
    const isUnique = names.indexOf(parameter.name) === names.lastIndexOf(parameter.name);
    const [[first] = []] = parameter.at.values();
    return isUnique || first === undefined ? parameter : { ...parameter, name: `${first.name}…` };
  });
}

function firstTap(parameters: readonly BlockParameter[]): string | null {
  return parameters.find(({ tap }) => tap !== null)?.tap ?? null;
}
