/** A parameter of a model of some depth, as far as telling blocks apart needs it. */
export interface BlockParameter {
  name: string;
  shape: readonly number[];
  /** The first tap that shows its change, but not its initial value: behind an addition to the stream; null without. */
  writesTo: string | null;
}

/** One model of each depth. */
export interface DepthModel {
  depth: number;
  /** In the order of the forward pass. */
  parameters: readonly BlockParameter[];
}

/** A parameter that models of every depth have. */
export interface CommonParameter {
  /** As the shallowest model calls it. */
  name: string;
  /** Whether it is in a block, of which deeper models have more. */
  isRepeated: boolean;
  /** What the model of a depth calls it. */
  nameAt: ReadonlyMap<number, string>;
}

/**
 * Finds the parameters that models of every depth have in common.
 *
 * Names alone do not tell: where layers are numbered (`dense_1`, `dense_2`, …), the embedding and the blocks are of one
 * kind, and the last norm of a shallow model has the name of a deeper model's block. What writes into the residual
 * stream tells. A branch is everything behind the writer before it, up to and with its own; the first one is as much in
 * front of its writer as looks like another branch. In front of that is the stem, behind the last writer the tail. Stem
 * and branches are followed from the start, where every depth has the same, the tail from the end. Where fewer than two
 * writers are seen, all are followed by name, and those are in blocks whose kind deeper models have more of.
 *
 * @param models - at least one
 */
export function commonParameters(models: readonly DepthModel[]): CommonParameter[] {
  const sorted = models.toSorted((a, b) => a.depth - b.depth);
  const [shallowest, deepest] = [sorted[0], sorted.at(-1)];
  if (shallowest === undefined || deepest === undefined) return [];
  const writers = growingWriters(shallowest, deepest);
  const stem = stemLength(deepest, writers);
  if (stem === null) return commonByName(sorted);
  const endOf = (model: DepthModel) => branchEnds(model, writers).at(-1) ?? -1;
  const end = endOf(shallowest);
  const tails = new Set(sorted.map((model) => model.parameters.length - endOf(model)));
  return shallowest.parameters.flatMap((parameter, i) => {
    const isTail = i > end;
    if (isTail && tails.size > 1) return [];
    const fromEnd = i - shallowest.parameters.length;
    const found = sorted.map((model) => model.parameters.at(isTail ? fromEnd : i));
    return common(sorted, found, { parameter, isRepeated: !isTail && i >= stem });
  });
}

/** What a name is called where its numbers do not matter. */
export function kindOf(name: string): string {
  return name.replaceAll(/\d+/g, '*');
}

/** What parameters of different blocks have in common. */
function signOf({ name, shape }: BlockParameter): string {
  return `${kindOf(name)} ${shape.join()}`;
}

/** What writers of different blocks have in common, that is also where they write; null of what is no writer. */
function writerSign(parameter: BlockParameter): string | null {
  return parameter.writesTo === null ? null : `${signOf(parameter)} ${kindOf(parameter.writesTo)}`;
}

/**
 * Signs of writers that deeper models have more of. What writes as often at every depth is no block: an initial bias
 * that is not 0 looks like an addition, too.
 */
function growingWriters(shallowest: DepthModel, deepest: DepthModel): Set<string> {
  const count = (model: DepthModel, sign: string) => model.parameters.filter((one) => writerSign(one) === sign).length;
  const signs = deepest.parameters.flatMap((one) => writerSign(one) ?? []);
  return new Set(signs.filter((sign) => count(deepest, sign) > count(shallowest, sign)));
}

/** Indices of the last parameter of every branch. */
function branchEnds({ parameters }: DepthModel, writers: ReadonlySet<string>): number[] {
  const last = new Map<string, number>();
  parameters.forEach((parameter, i) => {
    const { writesTo } = parameter;
    if (writesTo !== null && writers.has(writerSign(parameter) ?? '')) last.set(writesTo, i);
  });
  return [...last.values()].toSorted((a, b) => a - b);
}

/** How many parameters stand in front of the first branch; null where no second branch shows how long one is. */
function stemLength(model: DepthModel, writers: ReadonlySet<string>): number | null {
  const [first, ...others] = branchEnds(model, writers);
  if (first === undefined || others.length === 0) return null;
  const signs = model.parameters.map(signOf);
  const lengths = others.map((end, j) => {
    const longest = Math.min(first + 1, end - (others[j - 1] ?? first));
    const differs = Array.from({ length: longest }, (_, k) => signs[first - k] !== signs[end - k]).indexOf(true);
    return differs === -1 ? longest : differs;
  });
  return first + 1 - Math.max(...lengths);
}

function commonByName(models: readonly DepthModel[]): CommonParameter[] {
  const [shallowest] = models;
  const count = (model: DepthModel, kind: string) =>
    model.parameters.filter(({ name }) => kindOf(name) === kind).length;
  return (shallowest?.parameters ?? []).flatMap((parameter) => {
    const found = models.map(({ parameters }) => parameters.find(({ name }) => name === parameter.name));
    const counts = new Set(models.map((model) => count(model, kindOf(parameter.name))));
    return common(models, found, { parameter, isRepeated: counts.size > 1 });
  });
}

/** What was found at each depth as one parameter; nothing where it is missing, or another thing, at some depth. */
function common(
  models: readonly DepthModel[],
  found: readonly (BlockParameter | undefined)[],
  { parameter, isRepeated }: { parameter: BlockParameter; isRepeated: boolean },
): CommonParameter[] {
  if (!found.every((other) => other !== undefined && signOf(other) === signOf(parameter))) return [];
  const nameAt = new Map(models.map(({ depth }, i) => [depth, found[i]?.name ?? parameter.name]));
  return [{ name: parameter.name, isRepeated, nameAt }];
}
