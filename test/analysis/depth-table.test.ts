import { describe, expect, it } from 'vitest';
import { pooled, pooledSeries } from '../../src/analysis/depth-series.js';
import { depthTable, type DepthParameter } from '../../src/analysis/depth-table.js';
import type { RecordRow } from '../../src/records/record.js';
import type { RunRecord } from '../../src/records/run.js';
import { row, run } from '../records/sample.js';

const DEPTHS = [2, 4, 8];
const SEEDS = [0, 1];

/** Taps of a model of some depth: an embedding, blocks with a branch each, a readout that is numbered like a layer. */
const tapsOf = (depth: number) => [
  'embed',
  ...Array.from({ length: depth }, (_, i) => [`block${i}.down`, `block${i}`]).flat(),
  `dense_${depth + 1}`,
];

function runOf(width: number, depth: number, seed: number): RunRecord {
  const taps = tapsOf(depth).map((name) => ({ name, shape: [4, width] }));
  const kernel = (name: string, shape: number[]) => ({ name: `${name}/kernel`, shape, layerClass: null });
  const blocks = Array.from({ length: depth }, (_, i) => kernel(`block${i}.down`, [width, width]));
  // At depth 2 dense_3 is the readout, at depth 4 a hidden layer has that name.
  const third = kernel('dense_3', depth === 2 ? [width, 10] : [width, width]);
  return run({ width, depth, seed, taps, parameters: [kernel('embed', [8, width]), ...blocks, third] });
}

const ALL = [64, 128].flatMap((width) => DEPTHS.flatMap((depth) => SEEDS.map((seed) => runOf(width, depth, seed))));

/** Rows of every run: sizes are powers of depth, with an offset of each width and seed. */
function rowsOf(runs: readonly RunRecord[], laws: Record<string, number>): RecordRow[] {
  return runs.flatMap(({ width, depth, seed }) => {
    const d = depth ?? 1;
    const size = (law: string) => width * (seed + 1) * d ** (laws[law] ?? 0);
    const key = { width, depth, seed, statistic: 'meanAbs' as const };
    const isolated = (name: string, tap: string, law: string) =>
      row({ ...key, subject: 'parameter', name, tap, quantity: 'isolatedUpdate', step: 1, value: size(law) });
    const init = (name: string, tap: string) =>
      row({ ...key, subject: 'parameter', name, tap, quantity: 'init', step: 0, value: 1 });
    const last = `block${d - 1}`;
    return [
      row({ ...key, name: last, quantity: 'activation', step: 0, value: size('stream') }),
      row({ ...key, name: last, quantity: 'centredChange', step: 1, value: size('change') }),
      isolated('embed/kernel', 'embed', 'embed'),
      init('embed/kernel', 'embed'),
      ...Array.from({ length: d }, (_, i) => [
        isolated(`block${i}.down/kernel`, `block${i}.down`, 'inside'),
        init(`block${i}.down/kernel`, `block${i}.down`),
        isolated(`block${i}.down/kernel`, `block${i}`, 'written'),
      ]).flat(),
      isolated('dense_3/kernel', 'embed', 'embed'),
    ];
  });
}

/** A run of numbered layers: an embedding, blocks of one matrix of the same shape, a readout. */
function numberedRun(depth: number, seed: number): RunRecord {
  const names = Array.from({ length: depth + 2 }, (_, i) => `dense_${i + 1}`);
  const additions = Array.from({ length: depth }, (_, i) => [`dense_${i + 2}`, `add_${i + 1}`]).flat();
  const taps = ['dense_1', ...additions, `dense_${depth + 2}`].map((name) => ({ name, shape: [4, 8] }));
  const shape = (i: number) => (i === depth + 1 ? [8, 10] : [8, 8]);
  const parameters = names.map((name, i) => ({ name: `${name}/kernel`, shape: shape(i), layerClass: 'Dense' }));
  return run({ width: 8, depth, seed, taps, parameters });
}

/** Rows in which a block's change shows at its own addition and, later branches being 0, at all that follow. */
function numberedRows({ width, depth, seed, parameters }: RunRecord): RecordRow[] {
  const d = depth ?? 1;
  return parameters.flatMap(({ name }, i) => {
    const own = `dense_${i + 1}`;
    const isBlock = i > 0 && i <= d;
    const key = { width, depth, seed, subject: 'parameter', name, statistic: 'meanAbs' } as const;
    const at = (tap: string, exponent: number) =>
      row({ ...key, tap, quantity: 'isolatedUpdate', step: 1, value: d ** exponent });
    const additions = Array.from({ length: isBlock ? d - i + 1 : 0 }, (_, j) => at(`add_${i + j}`, -1));
    const init = row({ ...key, tap: own, quantity: 'init', step: 0, value: 1 });
    return [init, at(own, isBlock ? -0.5 : 0), ...additions];
  });
}

/** Slopes of a parameter's isolated update inside the branch and in the stream; null where there is none. */
const slopes = ({ readings }: DepthParameter) =>
  (['inside', 'written'] as const).map((what) => pooledSeries(readings, what).fit?.slope.toFixed(6) ?? null);

const LAWS = { stream: 0.5, change: 1, embed: 0, inside: -0.5, written: -1 };

describe('depthTable', () => {
  const table = depthTable(ALL, rowsOf(ALL, LAWS))!;

  it('fits sizes on depth, with an offset for every width and seed', () => {
    expect(table.depths).toEqual(DEPTHS);
    const block = table.parameters.find(({ place }) => place === 'block')!;
    const { fit, points } = pooledSeries(block.readings, 'inside');
    expect(fit?.slope).toBeCloseTo(-0.5, 9);
    expect(fit?.standardError).toBeCloseTo(0, 9);
    expect(points).toHaveLength(12);
  });

  it('tells what a block writes into the stream by the addition that does not share its initial value', () => {
    const [embed, block] = table.parameters;
    expect(embed).toMatchObject({ parameter: 'embed/kernel', place: 'outside', taps: { written: null } });
    expect(block).toMatchObject({ place: 'block', taps: { inside: 'block*.down', written: 'block*' } });
    expect(slopes(block)).toEqual(['-0.500000', '-1.000000']);
    expect(table.streams).toEqual(['block*']);
  });

  it('leaves out a name that is another thing at another depth', () => {
    expect(table.parameters.map(({ parameter }) => parameter)).toEqual(['embed/kernel', 'block*.down/kernel']);
  });

  it('follows the end of the stream, whose index grows with depth', () => {
    const stream = table.taps.filter(({ tap }) => tap === 'block*');
    expect(stream.map(({ quantity, readings }) => [quantity, pooled(readings).fit?.slope.toFixed(6)])).toEqual([
      ['activation', '0.500000'],
      ['centredChange', '1.000000'],
    ]);
    expect(table.taps.map(({ tap }) => tap)).not.toContain('embed');
    // One tap a run where the stream arrives, all of them inside branches.
    const namesOf = (tap: string) => {
      const found = table.taps.find((one) => one.tap === tap)?.readings ?? [];
      return found
        .filter(({ width, depth, seed }) => width === 64 && depth === 4 && seed === 0)
        .map(({ name }) => name);
    };
    expect(namesOf('block*')).toEqual(['block3']);
    expect(namesOf('block*.down')).toEqual(['block0.down', 'block1.down', 'block2.down', 'block3.down']);
  });

  it('tells numbered layers apart by what they write, also where branches that are 0 at first let every addition show it', () => {
    const runs = DEPTHS.flatMap((depth) => SEEDS.map((seed) => numberedRun(depth, seed)));
    const { parameters } = depthTable(runs, runs.flatMap(numberedRows))!;
    expect(parameters.map(({ parameter, place, taps }) => [parameter, place, taps.written])).toEqual([
      ['dense_1/kernel', 'outside', null],
      ['dense_*/kernel', 'block', 'add_*'],
      // The readout: dense_6 and dense_10 in deeper models.
      ['dense_4/kernel', 'outside', null],
    ]);
    expect(parameters.map(slopes)).toEqual([
      ['0.000000', null],
      ['-0.500000', '-1.000000'],
      ['0.000000', null],
    ]);
  });

  it('is null for one depth or none, and has no fit over two', () => {
    const ofDepths = (...depths: (number | null)[]) => {
      const some = ALL.filter(({ depth }) => depths.includes(depth));
      return depthTable(some, rowsOf(some, LAWS));
    };
    expect(ofDepths(2)).toBeNull();
    expect(
      depthTable(
        ALL.map((one) => ({ ...one, depth: null })),
        [],
      ),
    ).toBeNull();
    const two = ofDepths(2, 4)?.parameters[0]?.readings ?? [];
    expect(pooledSeries(two, 'inside')).toMatchObject({ fit: null, reason: 'too-few-widths' });
  });
});
