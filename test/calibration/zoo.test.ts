import { describe, expect, it } from 'vitest';
import { HELD_OUT, isHeldOut } from '../../fixtures/zoo/held-out.js';
import { specimen, ZOO } from '../../fixtures/zoo/zoo.js';
import { CAUSES } from '../../src/verdict/causes.js';
import { jobsOf } from './job.js';

const specimens = [...ZOO.values()];
const species = new Set(specimens.map(({ id }) => id.slice(0, id.indexOf(':'))));

describe('ZOO', () => {
  it('has bugs of every model, and more than ten right models in unusual forms', () => {
    const bugs = specimens.filter(({ expected }) => Array.isArray(expected));
    expect(new Set(bugs.map(({ model }) => model))).toEqual(new Set(['mlp', 'cnn', 'transformer']));
    const right = specimens.filter(({ expected }) => expected === 'pass').map(({ id }) => id.slice(0, id.indexOf(':')));
    expect(new Set(right).size).toBeGreaterThan(10);
  });

  it('expects causes of the catalogue alone, each with the places where it lies', () => {
    const known = new Set(CAUSES.map(({ id }) => id));
    const faults = specimens.flatMap(({ id, expected }) =>
      Array.isArray(expected) ? expected.map((fault) => ({ id, ...fault })) : [],
    );
    expect(faults.filter(({ cause }) => !known.has(cause))).toEqual([]);
    expect(faults.filter(({ at }) => at.length === 0)).toEqual([]);
  });

  it('says what mends each fault, but where the training loop itself is at fault', () => {
    const open = specimens.flatMap(({ id, expected }) =>
      Array.isArray(expected)
        ? expected.filter(({ init, rate, multiplier }) => !init && !rate && !multiplier).map(({ cause }) => [id, cause])
        : [],
    );
    expect(new Set(open.map(([, cause]) => cause))).toEqual(new Set(['epsilon-unscaled', 'decay-unscaled']));
  });
});

describe('HELD_OUT', () => {
  it('names species of the zoo, about a third of them', () => {
    expect([...HELD_OUT].filter((name) => !species.has(name))).toEqual([]);
    expect(HELD_OUT.size / species.size).toBeCloseTo(1 / 3, 1);
  });

  it('holds a species out under each of its optimizers', () => {
    expect(isHeldOut('mlp/tanh:adam') && isHeldOut('mlp/tanh:sgd')).toBe(true);
    expect(isHeldOut('mlp/table3:adam')).toBe(false);
  });
});

describe('specimen', () => {
  it('gives a species under another optimizer of the zoo', () => {
    expect(specimen('mlp/standard:adam')).toBe(ZOO.get('mlp/standard:adam'));
    expect(specimen('mlp/standard:muon')).toMatchObject({
      id: 'mlp/standard:muon',
      optimizer: 'muon',
      model: 'mlp',
      expected: [],
    });
  });

  it.each(['mlp/standard:rprop', 'mlp/no-such:adam', 'mlp/standard:adam:more', ''])('knows no %s', (id) => {
    expect(() => specimen(id)).toThrow('expected a specimen');
  });
});

describe('jobsOf', () => {
  const all = { only: [], roots: [100, 101], rates: [1], ladders: ['default'] as const };
  const ids = (selection: { isTuning: boolean; isRight: boolean }) =>
    jobsOf({ ...all, ...selection }).map(({ specimen: { id } }) => id);

  it('goes root by root through the zoo, without the held-out or the wrong where that is asked', () => {
    expect(ids({ isTuning: false, isRight: false })).toEqual([...ZOO.keys(), ...ZOO.keys()]);
    expect(ids({ isTuning: true, isRight: false }).filter(isHeldOut)).toEqual([]);
    const right = new Set(ids({ isTuning: false, isRight: true }));
    expect([...ZOO].filter(([id, { expected }]) => Array.isArray(expected) === right.has(id))).toEqual([]);
  });
});
