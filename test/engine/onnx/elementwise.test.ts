import { afterEach, describe, expect, it } from 'vitest';
import { ELEMENTWISE, type ElementwiseOp, type Program } from '../../../src/engine/onnx/elementwise/program.js';
import { ProgramRunner } from '../../../src/engine/onnx/elementwise/run-program.js';
import { Heap } from '../../../src/engine/onnx/heap.js';

const heap = new Heap();
const runner = new ProgramRunner(heap);
const workspace = heap.bytes;

/** Each operator on float32 values, as IEEE 754 rounds it. */
const REFERENCE: Record<ElementwiseOp, (a: number, b: number) => number> = {
  Add: (a, b) => Math.fround(a + b),
  Sub: (a, b) => Math.fround(a - b),
  Mul: (a, b) => Math.fround(a * b),
  Div: (a, b) => Math.fround(a / b),
  Min: (a, b) => Math.min(a, b),
  Max: (a, b) => Math.max(a, b),
  Abs: (a) => Math.abs(a),
  Neg: (a) => -a,
  Sqrt: (a) => Math.fround(Math.sqrt(a)),
  Reciprocal: (a) => Math.fround(1 / a),
};
const BINARY = new Set<ElementwiseOp>(['Add', 'Sub', 'Mul', 'Div', 'Min', 'Max']);

/** All remainders of the four values computed at a time. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 1001];
/** More than fits into the workspace that pieces of arrays outside the heap are copied to. */
const CHUNKS = 2 ** 20;

const UNHEALTHY = [NaN, Infinity, -Infinity, 0, -0, 1, -2.5, 3e38];

/** Where a test's arrays lie. */
interface Place {
  name: string;
  floats: (size: number) => Float32Array;
}
const PLACES: Place[] = [
  {
    name: 'in the heap',
    floats: (size) => {
      const array = heap.floats(size);
      blocks.push(array);
      return array;
    },
  },
  { name: 'outside the heap', floats: (size) => new Float32Array(size) },
];

const blocks: Float32Array[] = [];
afterEach(() => {
  for (const block of blocks.splice(0)) heap.free(block);
  // What a run needs for itself is given back.
  if (heap.bytes !== workspace) throw new Error(`a run kept ${heap.bytes - workspace} bytes`);
});

/** Values of both signs and many sizes, and what `salt` makes of them. */
function filled(array: Float32Array, salt: number): Float32Array {
  for (let i = 0; i < array.length; i += 1) array[i] = Math.sin(i * 1.7 + salt) * 10 ** ((i + salt) % 5);
  return array;
}

/** The program of one operator. */
function programOf(op: ElementwiseOp): Program {
  const arrays = BINARY.has(op) ? 2 : 1;
  return { arrays, scalars: 0, steps: [{ op, operands: arrays === 2 ? [0, 1] : [0] }], outputs: [arrays], sums: [] };
}

/** The first place where two arrays differ, NaN equal to NaN and −0 not to 0; −1 where none does. */
const firstDifference = (got: Float32Array, expected: readonly number[]): number =>
  expected.findIndex((value, i) => !Object.is(got[i], value));

describe('REFERENCE', () => {
  it('has every operator', () => {
    expect(Object.keys(REFERENCE).toSorted()).toEqual([...ELEMENTWISE].toSorted());
  });
});

for (const { name, floats } of PLACES) {
  describe(`ProgramRunner.run ${name}`, () => {
    for (const op of ELEMENTWISE) {
      it(`computes ${op} to the bit for every size`, () => {
        for (const size of [...SIZES, ...(name === 'in the heap' ? [] : [CHUNKS, CHUNKS + 5, 2 * CHUNKS + 1])]) {
          const [a, b, y] = [filled(floats(size), 0), filled(floats(size), 1), floats(size)];
          const arrays = BINARY.has(op) ? [a, b] : [a];
          expect(runner.run(programOf(op), { arrays, outputs: [y], scalars: [] })).toEqual([]);
          const expected = Array.from(a, (value, i) => REFERENCE[op](value, b[i]));
          expect(firstDifference(y, expected), `size ${size}`).toBe(-1);
        }
      });

      it(`carries NaN and the infinities through ${op}`, () => {
        // Every pair, in the part computed by fours and in the rest.
        const pairs = UNHEALTHY.flatMap((a) => UNHEALTHY.map((b) => [a, b])).concat([
          [NaN, 1],
          [1, NaN],
          [-0, 0],
        ]);
        const [a, b, y] = [floats(pairs.length), floats(pairs.length), floats(pairs.length)];
        pairs.forEach(([left, right], i) => {
          a[i] = left;
          b[i] = right;
        });
        runner.run(programOf(op), { arrays: BINARY.has(op) ? [a, b] : [a], outputs: [y], scalars: [] });
        const expected = Array.from(a, (value, i) => REFERENCE[op](value, b[i]));
        expect(firstDifference(y, expected)).toBe(-1);
      });
    }

    it('computes a chain with scalars, several outputs and several sums', () => {
      // Adam without bias correction: m' = β m + (1 − β) g, v' = γ v + (1 − γ) g², p' = p − η m' / (√v' + ε).
      const program: Program = {
        arrays: 4,
        scalars: 6,
        steps: [
          { op: 'Mul', operands: [1, 4] },
          { op: 'Mul', operands: [3, 5] },
          { op: 'Add', operands: [10, 11] },
          { op: 'Mul', operands: [3, 3] },
          { op: 'Mul', operands: [2, 6] },
          { op: 'Mul', operands: [13, 7] },
          { op: 'Add', operands: [14, 15] },
          { op: 'Sqrt', operands: [16] },
          { op: 'Add', operands: [17, 9] },
          { op: 'Div', operands: [12, 18] },
          { op: 'Mul', operands: [19, 8] },
          { op: 'Sub', operands: [0, 20] },
          { op: 'Abs', operands: [20] },
        ],
        outputs: [21, 12, 16],
        sums: [22, 13],
      };
      const scalars = [0.9, 0.1, 0.99, 0.01, 0.05, 1e-6];
      const f = Math.fround;
      const [beta, notBeta, gamma, notGamma, rate, epsilon] = scalars.map(f);
      // Seven arrays share the workspace.
      for (const size of [7, 64, 1001, CHUNKS / 4 + 3]) {
        const [p, m, v, g] = [0, 1, 2, 3].map((salt) => filled(floats(size), salt));
        v.forEach((value, i) => (v[i] = Math.abs(value)));
        const sums = [0, 0];
        const expected: number[][] = [[], [], []];
        for (let i = 0; i < size; i += 1) {
          const squared = f(g[i] * g[i]);
          const first = f(f(m[i] * beta) + f(g[i] * notBeta));
          const second = f(f(v[i] * gamma) + f(squared * notGamma));
          const update = f(f(first / f(f(Math.sqrt(second)) + epsilon)) * rate);
          [f(p[i] - update), first, second].forEach((value, k) => expected[k].push(value));
          sums[0] += Math.abs(update);
          sums[1] += squared;
        }
        // In place: each output takes an array that is read.
        const totals = runner.run(program, { arrays: [p, m, v, g], outputs: [p, m, v], scalars });
        for (const [k, array] of [p, m, v].entries()) expect(firstDifference(array, expected[k]), `${size}`).toBe(-1);
        // Doubles, added in another order: some thousand roundings of 1e-16.
        for (const [k, total] of totals.entries()) expect(Math.abs(total / sums[k] - 1)).toBeLessThan(1e-12);
      }
    });

    it('repeats vectors by rows and by columns, to the bit for every shape', () => {
      // w ← w + c · (a bᵀ), and Σ |c · (a bᵀ)|: a step of SGD on a batch of one.
      const program: Program = {
        arrays: 1,
        rows: 1,
        columns: 1,
        scalars: 1,
        steps: [
          { op: 'Mul', operands: [1, 2] },
          { op: 'Mul', operands: [3, 4] },
          { op: 'Add', operands: [5, 0] },
          { op: 'Abs', operands: [5] },
        ],
        outputs: [6],
        sums: [7],
      };
      const shapes = [
        ...SIZES.slice(0, 9).flatMap((m) => [1, 2, 3, 4, 5, 8, 9, 70].map((n) => [m, n])),
        [7, CHUNKS / 4],
      ];
      const large =
        name === 'in the heap'
          ? []
          : [
              [3000, 401],
              [1, CHUNKS / 4 + 3],
            ];
      for (const [m, n] of [...shapes, ...large]) {
        const [w, a, b] = [filled(floats(m * n), 0), filled(floats(m), 1), filled(floats(n), 2)];
        const f = Math.fround;
        const updates = Array.from(w, (_, i) => f(f(a[Math.floor(i / n)] * b[i % n]) * f(-0.1)));
        const expected = updates.map((update, i) => f(update + w[i]));
        const data = { arrays: [w], outputs: [w], rows: [a], columns: [b], scalars: [-0.1] };
        const [total] = runner.run(program, data);
        expect(firstDifference(w, expected), `${m}×${n}`).toBe(-1);
        const sum = updates.reduce((before, update) => before + Math.abs(update), 0);
        expect(Math.abs(total / sum - 1), `${m}×${n}`).toBeLessThan(1e-12);
      }
    });

    it('leaves the arrays it reads and the values beside its outputs alone', () => {
      const [a, b, around] = [filled(floats(9), 0), filled(floats(9), 1), floats(16).fill(42)];
      const before = [[...a], [...b]];
      runner.run(programOf('Add'), { arrays: [a, b], outputs: [around.subarray(0, 9)], scalars: [] });
      expect([[...a], [...b]]).toEqual(before);
      expect([...around.subarray(9)]).toEqual(Array(7).fill(42));
    });

    it('sums in double precision', () => {
      // 2²⁴ + 1 is no float32: in single precision every 1 after the first value would be lost.
      const x = floats(1001).fill(1);
      x[0] = 2 ** 24;
      expect(
        runner.run(
          { arrays: 1, scalars: 0, steps: [], outputs: [], sums: [0] },
          { arrays: [x], outputs: [], scalars: [] },
        ),
      ).toEqual([2 ** 24 + 1000]);
    });

    it('sums NaN to NaN', () => {
      const x = floats(70).fill(1);
      x[69] = NaN;
      expect(
        runner.run(
          { arrays: 1, scalars: 0, steps: [], outputs: [], sums: [0] },
          { arrays: [x], outputs: [], scalars: [] },
        ),
      ).toEqual([NaN]);
    });

    it('computes nothing for no values', () => {
      const [x, y] = [floats(0), floats(0)];
      const program: Program = {
        arrays: 1,
        scalars: 1,
        steps: [{ op: 'Mul', operands: [0, 1] }],
        outputs: [2],
        sums: [2],
      };
      expect(runner.run(program, { arrays: [x], outputs: [y], scalars: [3] })).toEqual([0]);
    });
  });
}

describe('ProgramRunner.run', () => {
  it('takes arrays on both sides of the heap’s edge', () => {
    const inside = filled(PLACES[0].floats(100), 0);
    const outside = filled(new Float32Array(100), 1);
    const y = PLACES[0].floats(100);
    runner.run(programOf('Sub'), { arrays: [inside, outside], outputs: [y], scalars: [] });
    expect(
      firstDifference(
        y,
        Array.from(inside, (value, i) => Math.fround(value - outside[i])),
      ),
    ).toBe(-1);
  });

  it('reaches the upper half of the memory, whose addresses are negative as signed numbers', () => {
    const lower = PLACES[0].floats(2 ** 29 + 1000);
    const [x, y] = [filled(PLACES[0].floats(70), 0), PLACES[0].floats(70)];
    // Fewer than 2 GiB where the machine lets a process reserve no more: then there is no upper half.
    expect(x.byteOffset > 2 ** 31 || !heap.holds(lower)).toBe(true);
    runner.run(programOf('Neg'), { arrays: [x], outputs: [y], scalars: [] });
    expect(
      firstDifference(
        y,
        Array.from(x, (value) => -value),
      ),
    ).toBe(-1);
  });

  it('computes outside the heap where the heap is full', () => {
    PLACES[0].floats((heap.memory.buffer.byteLength - 64 - workspace) / 4);
    const x = Float32Array.of(1, -2, 3, -4, 5);
    runner.run(programOf('Abs'), { arrays: [x], outputs: [x], scalars: [] });
    expect([...x]).toEqual([1, 2, 3, 4, 5]);
  });

  it('takes vectors outside the heap for arrays inside', () => {
    const program: Program = {
      arrays: 0,
      rows: 1,
      columns: 1,
      scalars: 0,
      steps: [{ op: 'Sub', operands: [0, 1] }],
      outputs: [2],
      sums: [],
    };
    const y = PLACES[0].floats(6);
    const vectors = { rows: [Float32Array.of(1, 2, 3)], columns: [Float32Array.of(10, 20)] };
    runner.run(program, { arrays: [], outputs: [y], ...vectors, scalars: [] });
    expect([...y]).toEqual([-9, -19, -8, -18, -7, -17]);
  });

  it('throws for a program without array and output', () => {
    expect(() => runner.run(programOf('Abs'), { arrays: [], outputs: [], scalars: [] })).toThrow(/needs an array/);
  });
});
