import { describe, expect, it } from 'vitest';
import { commonParameters, kindOf, type BlockParameter, type DepthModel } from '../../src/analysis/depth-blocks.js';

const DEPTHS = [2, 4, 8];

const parameter = (name: string, shape: number[], writesTo: string | null = null): BlockParameter => ({
  name,
  shape,
  writesTo,
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
const inBlocks = (list: readonly DepthModel[]) =>
  commonParameters(list)
    .filter(({ isRepeated }) => isRepeated)
    .map(({ name }) => name);

/** The parameters of the two blocks that every model has. */
const BLOCKS = numbered(2)
  .parameters.slice(2, -4)
  .map(({ name }) => name);

describe('commonParameters', () => {
  it('tells the stem from the blocks, though both are numbered alike', () => {
    expect(BLOCKS).toHaveLength(12);
    expect(inBlocks(models)).toEqual(BLOCKS);
  });

  it('follows the tail from the end: the last norm is never a deeper model’s block', () => {
    const tail = commonParameters(models).slice(-4);
    expect(tail.map(({ isRepeated }) => isRepeated)).toEqual([false, false, false, false]);
    expect(tail.map(({ nameAt }) => DEPTHS.map((depth) => nameAt.get(depth)))).toEqual([
      ['norm_3/gamma', 'norm_5/gamma', 'norm_9/gamma'],
      ['norm_3/beta', 'norm_5/beta', 'norm_9/beta'],
      ['dense_6/kernel', 'dense_10/kernel', 'dense_18/kernel'],
      ['dense_6/bias', 'dense_10/bias', 'dense_18/bias'],
    ]);
  });

  it('follows the first blocks by the same name at every depth', () => {
    const repeated = commonParameters(models).filter(({ isRepeated }) => isRepeated);
    expect(repeated.map(({ nameAt }) => [...new Set(nameAt.values())])).toEqual(BLOCKS.map((name) => [name]));
  });

  it('takes a first model of one block, whose branch looks like those of deeper ones', () => {
    expect(inBlocks([1, 2, 4].map((depth) => numbered(depth)))).toEqual(BLOCKS.slice(0, 6));
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
    const found = commonParameters(DEPTHS.map(twofold));
    const repeated = found.filter(({ isRepeated }) => isRepeated).map(({ name }) => name);
    expect(repeated).toHaveLength(16);
    expect(repeated[0]).toBe('norm_1/gamma');
    expect(found.filter(({ isRepeated }) => !isRepeated).map(({ name }) => name)).toEqual([
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
    const found = commonParameters(unseen);
    // dense_6 is the readout at depth 2, and in a block at depth 4.
    expect(found.map(({ name }) => name)).not.toContain('dense_6/kernel');
    expect(found.find(({ name }) => name === 'dense_2/kernel')?.isRepeated).toBe(true);
  });

  it('is the same in whatever order the models come', () => {
    expect(commonParameters(models.toReversed())).toEqual(commonParameters(models));
  });
});

describe('kindOf', () => {
  it('forgets the numbers of a name', () => {
    expect(kindOf('block12.up/kernel')).toBe(kindOf('block3.up/kernel'));
    expect(kindOf('block3.up/kernel')).not.toBe(kindOf('block3.down/kernel'));
  });
});
