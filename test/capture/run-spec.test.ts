import { describe, expect, it } from 'vitest';
import { plannedRuns, resolveConfig } from '../../src/capture/config.js';
import { seedsOf, weightsSeed } from '../../src/capture/run-spec.js';
import { defineModel } from '../../src/model/definition.js';

const definition = defineModel({
  widths: [32, 16, 64],
  seeds: 2,
  hyperparameters: { learningRate: 0.1, name: 'a', isOn: true },
  build: () => ({ parameters: {}, apply: () => null }),
});

describe('seedsOf', () => {
  it('shares no seed between roots', () => {
    const seeds = [0, 1, 2].flatMap((root) => seedsOf(root, 1000));
    expect(new Set(seeds).size).toBe(3000);
  });

  it('refuses roots so large that their seeds would coincide', () => {
    expect(new Set(seedsOf(9_007_199_254_739, 1000)).size).toBe(1000);
    expect(() => seedsOf(9_007_199_254_740, 2)).toThrow(
      /expected a whole number up to 9007199254739, got 9007199254740/,
    );
    expect(() => seedsOf(0.5, 2)).toThrow(/in seed$/);
  });
});

describe('weightsSeed', () => {
  it('differs for every width, depth and seed', () => {
    const all = [
      { width: 64, depth: null, seed: 0 },
      { width: 128, depth: null, seed: 0 },
      { width: 64, depth: 1, seed: 0 },
      { width: 64, depth: null, seed: 1 },
      { width: 6, depth: 4, seed: 0 },
    ].map(weightsSeed);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('resolveConfig', () => {
  it('prefers the caller to the model, and the model to the defaults', () => {
    const config = resolveConfig(definition, { seeds: 3, seed: 7 });
    expect(config).toMatchObject({ widths: [16, 32, 64], seeds: [7000, 7001, 7002], steps: 4, depths: null });
    expect(resolveConfig(definition, { widths: [8, 4] }).widths).toEqual([4, 8]);
  });

  it('sets declared hyperparameters over their defaults', () => {
    const { hyperparameters } = resolveConfig(definition, { set: { learningRate: 0.5 } });
    expect(hyperparameters).toEqual({ learningRate: 0.5, name: 'a', isOn: true });
  });

  it.each([
    [{ widths: [64, 64] }, 'WIDTHS_INVALID'],
    [{ widths: [] }, 'WIDTHS_INVALID'],
    [{ widths: [0.5] }, 'WIDTHS_INVALID'],
    [{ seeds: 0 }, 'COUNT_INVALID'],
    [{ steps: 1.5 }, 'COUNT_INVALID'],
    [{ control: 'SP' as 'sp' }, 'SETTING_INVALID'],
    [{ targetWidth: Number.NaN }, 'SETTING_INVALID'],
    [{ targetWidth: 0 }, 'SETTING_INVALID'],
    [{ set: { rate: 1 } }, 'HYPERPARAMETER_UNKNOWN'],
    [{ set: { learningRate: 'high' } }, 'HYPERPARAMETER_TYPE'],
  ])('refuses %j', (request, code) => {
    expect(() => resolveConfig(definition, request)).toThrow(expect.objectContaining({ code }));
  });
});

describe('plannedRuns', () => {
  it('lists every width, depth and seed once, the widest first', () => {
    const runs = plannedRuns(resolveConfig(definition, { depths: [1, 2] }));
    expect(runs.map(({ width, depth, seed }) => [width, depth, seed]).slice(0, 5)).toEqual([
      [64, 1, 0],
      [64, 1, 1],
      [64, 2, 0],
      [64, 2, 1],
      [32, 1, 0],
    ]);
    expect(runs).toHaveLength(12);
  });
});
