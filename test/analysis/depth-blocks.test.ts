import { describe, expect, it } from 'vitest';
import { findBlocks } from '../../src/analysis/depth-blocks.js';
import type { BlockParameter, DepthModel } from '../../src/analysis/depth-branches.js';

const DEPTHS = [2, 4, 8];

const parameter = (name: string, shape: number[], writesTo: string | null = null, times = 1): BlockParameter => ({
  name,
  parameter: name,
  shape,
  tap: name,
  writesTo,
  times,
});

/** A norm, or a dense layer with a bias; both write where the layer does. */
const norm = (i: number) => ['gamma', 'beta'].map((weight) => parameter(`norm_${i}/${weight}`, [64]));
const dense = (i: number, [fanIn, fanOut]: [number, number], writesTo: string | null = null) => [
  parameter(`dense_${i}/kernel`, [fanIn, fanOut], writesTo),
  parameter(`dense_${i}/bias`, [fanOut], writesTo),
];

/** A pre-norm residual MLP as TF.js numbers it: an embedding, blocks of norm, up and down, a last norm, a readout. */
function numbered(depth: number, { first = 1, embedsInto = null as string | null } = {}): DepthModel {
  const blocks = Array.from({ length: depth }, (_, i) => [
    ...norm(i + 1),
    ...dense(2 * i + first + 1, [64, 64]),
    ...dense(2 * i + first + 2, [64, 64], `add_${i + 1}`),
  ]);
  const end = [...norm(depth + 1), ...dense(2 * depth + first + 1, [64, 10])];
  return { depth, parameters: [...dense(first, [32, 64], embedsInto), ...blocks.flat(), ...end] };
}

const models = DEPTHS.map((depth) => numbered(depth));

/** What blocks have, as it is called in each block of the shallowest model. */
const inBlocks = (list: readonly DepthModel[]) => {
  const depth = Math.min(...list.map((model) => model.depth));
  const found = findBlocks(list).parameters.filter(({ place }) => place === 'block');
  return found.map(({ at }) => (at.get(depth) ?? []).map(({ name }) => name));
};

/** The parameters of the two blocks that the shallowest model has, block by block. */
const FIRST = numbered(2)
  .parameters.slice(2, 8)
  .map(({ name }) => name);
const SECOND = numbered(2)
  .parameters.slice(8, -4)
  .map(({ name }) => name);
const BLOCKS = FIRST.map((name, i) => [name, SECOND[i]]);

describe('findBlocks', () => {
  it('tells the stem from the blocks, though both are numbered alike', () => {
    expect(BLOCKS).toHaveLength(6);
    expect(inBlocks(models)).toEqual(BLOCKS);
    expect(findBlocks(models).parameters[0]).toMatchObject({ name: 'dense_1/kernel', place: 'outside' });
  });

  it('takes every block of every depth, under one name', () => {
    const found = findBlocks(models).parameters.filter(({ place }) => place === 'block');
    expect(found.map(({ at }) => DEPTHS.map((depth) => at.get(depth)?.length))).toEqual(found.map(() => DEPTHS));
    // The layers in front of a writer and the writers are of one kind, and told apart by the first block's.
    expect(found.map(({ name }) => name)).toEqual([
      'norm_*/gamma',
      'norm_*/beta',
      'dense_2/kernel…',
      'dense_2/bias…',
      'dense_3/kernel…',
      'dense_3/bias…',
    ]);
  });

  it('follows the tail from the end: the last norm is never a deeper model’s block', () => {
    const tail = findBlocks(models).parameters.slice(-4);
    expect(tail.map(({ place }) => place)).toEqual(['outside', 'outside', 'outside', 'outside']);
    expect(tail.map(({ at }) => DEPTHS.map((depth) => at.get(depth)?.[0]?.name))).toEqual([
      ['norm_3/gamma', 'norm_5/gamma', 'norm_9/gamma'],
      ['norm_3/beta', 'norm_5/beta', 'norm_9/beta'],
      ['dense_6/kernel', 'dense_10/kernel', 'dense_18/kernel'],
      ['dense_6/bias', 'dense_10/bias', 'dense_18/bias'],
    ]);
  });

  it('takes a first model of one block, whose branch looks like those of deeper ones', () => {
    expect(inBlocks([1, 2, 4].map((depth) => numbered(depth)))).toEqual(FIRST.map((name) => [name]));
  });

  it('does not take for a branch what writes as often at every depth', () => {
    expect(inBlocks(DEPTHS.map((depth) => numbered(depth, { embedsInto: 'dense_1' })))).toEqual(BLOCKS);
  });

  it('tells blocks of several branches, each as long as the branch it looks like', () => {
    const twofold = (depth: number): DepthModel => {
      const blocks = Array.from({ length: depth }, (_, i) => [
        ...norm(2 * i + 1),
        parameter(`attention_${i}/qkv`, [64, 192]),
        parameter(`attention_${i}/output`, [64, 64], `sum_${2 * i}`),
        ...norm(2 * i + 2),
        ...dense(i + 2, [64, 64], `sum_${2 * i + 1}`),
      ]);
      const end = [...norm(2 * depth + 1), ...dense(depth + 2, [64, 10])];
      return { depth, parameters: [parameter('embedding/table', [256, 64]), ...blocks.flat(), ...end] };
    };
    const found = findBlocks(DEPTHS.map(twofold)).parameters;
    expect(found.filter(({ place }) => place === 'block').map(({ name }) => name)).toEqual([
      'norm_1/gamma…',
      'norm_1/beta…',
      'attention_*/qkv',
      'attention_*/output',
      'norm_2/gamma…',
      'norm_2/beta…',
      'dense_*/kernel',
      'dense_*/bias',
    ]);
    expect(found.filter(({ place }) => place === 'outside').map(({ name }) => name)).toEqual([
      'embedding/table',
      'norm_5/gamma',
      'norm_5/beta',
      'dense_4/kernel',
      'dense_4/bias',
    ]);
  });

  it('follows names where no writer is seen, and leaves out one that is another thing elsewhere', () => {
    const unseen = models.map(({ depth, parameters }) => ({
      depth,
      parameters: parameters.map((one) => ({ ...one, writesTo: null })),
    }));
    const found = findBlocks(unseen).parameters;
    // dense_6 is the readout at depth 2, and in a block at depth 4.
    expect(found.map(({ name }) => name)).not.toContain('dense_6/kernel');
    expect(found.find(({ name }) => name === 'dense_2/kernel')?.place).toBe('block');
  });

  describe('of several stages', () => {
    /** Two stages of numbered blocks, the second twice as wide, with a layer between them. */
    const staged = (depth: number): DepthModel => {
      let layer = 0;
      const one = (shape: number[], writesTo: string | null = null) =>
        parameter(`dense_${(layer += 1)}/kernel`, shape, writesTo);
      const blocks = (n: number, from: number) =>
        Array.from({ length: depth }, (_, i) => [one([n, n]), one([n, n], `add_${from + i}`)]).flat();
      const first = [one([32, 64]), ...blocks(64, 1)];
      const second = [one([64, 128]), ...blocks(128, depth + 1)];
      return { depth, parameters: [...first, ...second, one([128, 10])] };
    };

    it('finds each, what stands between them, and where they are among the taps', () => {
      const { parameters, stages } = findBlocks(DEPTHS.map((depth) => staged(depth)));
      expect(parameters.map(({ name, place, stage }) => [name, place, stage])).toEqual([
        ['dense_1/kernel', 'outside', 0],
        ['dense_2/kernel…', 'block', 0],
        ['dense_3/kernel…', 'block', 0],
        ['dense_6/kernel', 'outside', 1],
        ['dense_7/kernel…', 'block', 1],
        ['dense_8/kernel…', 'block', 1],
        ['dense_11/kernel', 'outside', null],
      ]);
      expect(stages.get(4)).toEqual([
        { from: 'dense_2/kernel', before: 'dense_10/kernel' },
        { from: 'dense_11/kernel', before: 'dense_19/kernel' },
      ]);
    });

    it('takes a first block that looks like others at its end alone, and does not say what is in front of it', () => {
      const model = (depth: number): DepthModel => {
        const [embed, , ...rest] = staged(depth).parameters;
        return { depth, parameters: [embed, parameter('dense_2/kernel', [32, 64]), ...rest] };
      };
      const found = findBlocks(DEPTHS.map(model)).parameters;
      expect(found.slice(0, 2).map(({ name, place }) => [name, place])).toEqual([
        ['dense_1/kernel', 'between'],
        ['dense_2/kernel', 'between'],
      ]);
      expect(
        found.filter(({ place, stage }) => place === 'block' && stage === 0).map(({ at }) => at.get(4)?.length),
      ).toEqual(expect.arrayContaining([3, 4]));
    });
  });

  it('tells weights that all blocks share by how often they are used', () => {
    const shared = (depth: number): DepthModel => ({
      depth,
      parameters: [
        parameter('embedding', [32, 64]),
        parameter('block.up', [64, 64], null, depth),
        parameter('block.down', [64, 64], 'block0', depth),
        parameter('readout', [64, 10]),
      ],
    });
    const found = findBlocks(DEPTHS.map(shared));
    expect(found.parameters.map(({ place }) => place)).toEqual(['outside', 'shared', 'shared', 'outside']);
    expect(found.stages.size).toBe(0);
  });

  it('is the same in whatever order the models come', () => {
    expect(findBlocks(models.toReversed())).toEqual(findBlocks(models));
  });
});
