import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { bypassedScaling } from '../../src/mup/bypassed-scaling.js';
import { layers } from '../../src/mup/layers.js';
import { muon } from '../../src/mup/muon.js';
import { adam, sgd } from '../../src/mup/optimizers.js';
import { parametrize } from '../../src/mup/parametrize.js';
import { scaled } from '../../src/mup/scaled-optimizer.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const mlp = (width: number) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [3], useBias: false }),
      tf.layers.dense({ units: width, useBias: false }),
      tf.layers.dense({ units: 2, useBias: false, name: 'head' }),
    ],
  });

const inMup = (width = 32, parametrization: 'mup' | 'sp' = 'mup') =>
  parametrize(mlp, { width, baseWidth: 4, parametrization });

describe('bypassedScaling', () => {
  it('names the variables that a plain Adam trains at the wrong rate, and a readout found by its shape', () => {
    expect(bypassedScaling(inMup(), tf.train.adam(0.01))).toBe(
      "Adam trains every variable at one rate, past the model's base shapes; µP's rates are lower for " +
        'dense_2/kernel, head/kernel (by shape a readout). ' +
        'Make it with mup.sgd, mup.adam, …, or as mup.scaled(optimizer, model).',
    );
  });

  it('names those of SGD by its own column', () =>
    expect(bypassedScaling(inMup(), tf.train.sgd(0.1))).toMatch(
      /lower for head\/kernel .*, and higher for dense_1\/kernel/,
    ));

  it('sees an optimizer of ours that was made for another model', () => {
    const [model, other] = [inMup(), inMup()];
    expect(bypassedScaling(model, adam(other, { learningRate: 0.01 }))).toMatch(/^Adam trains every variable/);
  });

  it('has nothing to say of a scaled optimizer', () => {
    const model = inMup();
    expect(bypassedScaling(model, adam(model, { learningRate: 0.01 }))).toBeNull();
    expect(bypassedScaling(model, sgd(model, { learningRate: 0.01 }))).toBeNull();
    expect(bypassedScaling(model, scaled(tf.train.rmsprop(0.01), model))).toBeNull();
    expect(bypassedScaling(model, muon(model, { learningRate: 0.01, adam: { learningRate: 0.01 } }))).toBeNull();
    expect(bypassedScaling(model, adam(model, { learningRate: 0 }))).toBeNull();
  });

  it('has nothing to say of a class of the user’s own, which may well scale', () => {
    class Own extends tf.AdamOptimizer {}
    expect(bypassedScaling(inMup(), new Own(0.01, 0.9, 0.999))).toBeNull();
  });

  it('has nothing to say at base width, in SP, without base shapes, or where no rate would change', () => {
    const plain = tf.train.adam(0.01);
    expect([inMup(4), inMup(32, 'sp'), mlp(32)].map((model) => bypassedScaling(model, plain))).toEqual([
      null,
      null,
      null,
    ]);
    const shallow = (w: number) =>
      tf.sequential({ layers: [tf.layers.dense({ units: w, inputShape: [3] }), layers.readout({ units: 2 })] });
    expect(bypassedScaling(parametrize(shallow, { width: 32, baseWidth: 4 }), plain)).toBeNull();
  });
});
