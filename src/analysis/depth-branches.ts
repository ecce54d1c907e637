import { kindOf } from './depth-names.js';

/** A parameter, or one use of a tied one, of a model of some depth, as far as telling blocks apart needs it. */
export interface BlockParameter {
  /** Of a tied one, with its use. */
  name: string;
  /** Without. */
  parameter: string;
  shape: readonly number[];
  /** The first tap that shows its change; null where it never moves. */
  tap: string | null;
  /** The first tap that shows its change, but not its initial value: behind an addition to the stream; null without. */
  writesTo: string | null;
  /** How many times a pass uses it. */
  times: number;
}

/** One model of each depth. */
export interface DepthModel {
  depth: number;
  /** In the order of the forward pass. */
  parameters: readonly BlockParameter[];
}

/** A branch of a residual stream: the parameters up to and with those that write into it. */
export interface Branch {
  body: readonly BlockParameter[];
  /** What it looks like, all of it. */
  sign: string;
  /** How many parameters a whole one of that kind has; a first one may look like others only at its end. */
  length: number;
}

/** Branches without anything between them, and what stands in front of the first. */
export interface Stretch {
  front: readonly BlockParameter[];
  branches: Branch[];
  /** Whether the first branch looks like others as a whole, so that nothing in front belongs to it. */
  isWhole: boolean;
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
export function growingWriters(shallowest: DepthModel, deepest: DepthModel): Set<string> {
  const [few, many] = [shallowest, deepest].map(({ parameters }) => parameters.flatMap((one) => writerSign(one) ?? []));
  return growing(few ?? [], many ?? []);
}

/** Of which words the second list has more, and several: one alone may be something that depth reshapes. */
function growing(few: readonly string[], many: readonly string[]): Set<string> {
  return new Set(many.filter((word) => countOf(many, word) > Math.max(1, countOf(few, word))));
}

function countOf(list: readonly string[], word: string): number {
  return list.filter((other) => other === word).length;
}

/**
 * Cuts a model into branches and what stands between them.
 *
 * A branch ends with what writes into the stream, and begins behind the branch before it. What is in front of the first
 * one, and of the first behind a transition to other shapes, is told by what is left of it: deeper models have more of
 * whole branches, but not of those that have something in front.
 */
export function branchesOf(
  model: DepthModel,
  known: { writers: ReadonlySet<string>; shallowest: DepthModel; deepest: DepthModel },
): { stretches: Stretch[]; tail: readonly BlockParameter[] } {
  const { writers, shallowest, deepest } = known;
  const [few, many] = [shallowest, deepest].map((one) => segments(one, writers).map(signs));
  const whole = [...growing((few ?? []).map(asText), (many ?? []).map(asText))].map(
    (text) => JSON.parse(text) as string[],
  );
  const stretches: Stretch[] = [];
  for (const segment of segments(model, writers)) {
    const { sign, shared } = likeliest(signs(segment), whole);
    const front = segment.slice(0, segment.length - shared);
    const branch = { body: segment.slice(segment.length - shared), sign: asText(sign), length: sign.length };
    const last = stretches.at(-1);
    if (last === undefined || front.length > 0) {
      stretches.push({ front, branches: [branch], isWhole: shared === sign.length });
    } else {
      last.branches.push(branch);
    }
  }
  const end = branchEnds(model, writers).at(-1) ?? -1;
  // Without a whole branch to compare with, nothing tells where any begins.
  return whole.length === 0 ? { stretches: [], tail: [] } : { stretches, tail: model.parameters.slice(end + 1) };
}

function segments(model: DepthModel, writers: ReadonlySet<string>): BlockParameter[][] {
  const ends = branchEnds(model, writers);
  return ends.map((end, i) => model.parameters.slice((ends[i - 1] ?? -1) + 1, end + 1));
}

function signs(parameters: readonly BlockParameter[]): string[] {
  return parameters.map(signOf);
}

function asText(list: readonly string[]): string {
  return JSON.stringify(list);
}

/** The whole branch that a segment ends with, the longest of several; else that whose end it shares most of. */
function likeliest(
  segment: readonly string[],
  whole: readonly string[][],
): { sign: readonly string[]; shared: number } {
  const compared = whole.map((sign) => {
    const longest = Math.min(sign.length, segment.length);
    const differs = Array.from({ length: longest }, (_, k) => sign.at(-1 - k) !== segment.at(-1 - k)).indexOf(true);
    const shared = differs === -1 ? longest : differs;
    return { sign, shared, whole: Number(shared === sign.length) };
  });
  const [best] = compared.toSorted((a, b) => b.whole - a.whole || b.shared - a.shared);
  return best ?? { sign: [], shared: 0 };
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
