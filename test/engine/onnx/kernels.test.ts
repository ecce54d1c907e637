import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { KERNELS } from '../../../src/engine/onnx/kernels/kernels.js';
import { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { computedOn, disagreement } from '../agreement.js';
import { arithmeticCases, declinedArithmetic } from './cases/arithmetic.js';
import { activationCases, declinedFunctions, functionCases } from './cases/functions.js';
import { declinedGathering, gatheringCases } from './cases/gathering.js';
import { declinedImages, imageCases } from './cases/images.js';
import type { KernelCases } from './cases/kernel-cases.js';
import { declinedProducts, matrixCases } from './cases/matrix.js';
import { emptyReductions, reductionCases } from './cases/reductions.js';
import { shapeCases, viewCases } from './cases/shape.js';

/**
 * How far a kernel may be from cpu, in relative RMS. One rounding is 6e-8; cpu adds in double precision in places and
 * ONNX Runtime in another order, which costs some tens of roundings at the sizes tested. A wrong formula, axis or
 * window costs 1e-2 and more.
 */
const TOLERANCE = 1e-5;

/** Cases that the graph computes. */
const RECORDED: KernelCases = {
  ...arithmeticCases,
  ...functionCases,
  ...activationCases,
  ...reductionCases,
  ...matrixCases,
  ...shapeCases,
  ...gatheringCases,
  ...imageCases,
};

/** Cases that kernels decline: cpu computes them, so they agree too. */
const DECLINED: KernelCases[] = [
  declinedArithmetic,
  declinedFunctions,
  emptyReductions,
  declinedProducts,
  declinedGathering,
  declinedImages,
];

/** Kernels that were recorded, and those that declined, since the last case. */
const calls = { recorded: new Set<string>(), declined: new Set<string>() };

beforeAll(() => {
  const record = LazyBackend.prototype.record;
  vi.spyOn(LazyBackend.prototype, 'record').mockImplementation(function (this: LazyBackend, call) {
    const result = record.call(this, call);
    (result === null ? calls.declined : calls.recorded).add(call.kernelName);
    return result;
  });
});
afterAll(() => vi.restoreAllMocks());

async function distance(compute: KernelCases[string][string]): Promise<number> {
  calls.recorded.clear();
  calls.declined.clear();
  return disagreement(compute, 'onnx');
}

describe('KERNELS', () => {
  it('has cases for every kernel, and none for others', () => {
    expect(Object.keys(RECORDED).toSorted()).toEqual(Object.keys(KERNELS).toSorted());
  });

  it('look at numbers only by asking the graph, so that a repeated call is asked again', () => {
    const folder = new URL('../../../src/engine/onnx/kernels/', import.meta.url);
    const lines = readdirSync(folder).flatMap((file) => readFileSync(new URL(file, folder), 'utf8').split('\n'));
    const looks = lines.filter((line) => /(?<!Object)\.values\b(?! === null)/.test(line));
    expect(looks).toEqual([]);
  });
});

for (const [kernel, cases] of Object.entries(RECORDED)) {
  describe(`kernel ${kernel}`, () => {
    for (const [name, compute] of Object.entries(cases)) {
      it(`agrees with cpu for ${name}`, async () => {
        expect(await distance(compute)).toBeLessThan(TOLERANCE);
        expect(calls.recorded).toContain(kernel);
      });

      it(`gives the same bits for ${name} when it is repeated`, async () => {
        const first = await computedOn('onnx', compute);
        for (let i = 0; i < 3; i += 1) expect(await computedOn('onnx', compute)).toEqual(first);
      });
    }
  });
}

for (const [kernel, cases] of Object.entries(viewCases)) {
  describe(`${kernel}, which shares data`, () => {
    for (const [name, compute] of Object.entries(cases)) {
      it(`agrees with cpu for ${name}`, async () => {
        expect(await distance(compute)).toBe(0);
        expect([...calls.recorded, ...calls.declined]).not.toContain(kernel);
      });
    }
  });
}

for (const [kernel, cases] of DECLINED.flatMap((table) => Object.entries(table))) {
  describe(`${kernel}, forwarded to cpu`, () => {
    for (const [name, compute] of Object.entries(cases)) {
      it(`agrees with cpu for ${name}`, async () => {
        expect(await distance(compute)).toBeLessThan(TOLERANCE);
        expect(calls.declined).toContain(kernel);
      });
    }
  });
}
