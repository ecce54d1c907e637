import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inertParameters } from '../../src/capture/inert.js';
import { ownPlace } from '../../src/capture/own-place.js';
import type { Engine } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../src/engine/tf.js';
import type { Tapped } from '../../src/model/tap.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.dispose());

const tapsOf = (values: Record<string, Tensor>): Tapped[] =>
  Object.entries(values).map(([name, tensor]) => ({ name, tensor, sourceId: tensor.id }));

/** input → dense → multiplier 3 → reshape → + residual → ReLU → dense, with a weight w. */
function forward(w: Tensor): Tapped[] {
  const x = tf.tensor2d([1, -2, 3, 0.5, 1, -1], [3, 2]);
  const dense = tf.matMul(x, w);
  const multiplied = tf.mul(dense, 3);
  const reshaped = tf.reshape(multiplied, [-1]);
  const residual = tf.add(reshaped, tf.range(0, reshaped.size));
  const relu = tf.relu(residual);
  const out = tf.matMul(tf.reshape(relu, [3, 4]), tf.ones([4, 5]));
  return tapsOf({ x, dense, multiplied, reshaped, residual, relu, out });
}

const W = () => tf.tensor2d([1, 2, -1, 0.5, 0.3, -0.2, 1, -1], [2, 4]);

describe('ownPlace', () => {
  it('starts at the first tap that moves and extends over constant multiples', async () => {
    const places = await ownPlace(
      engine,
      forward(W()),
      forward(
        tf.add(W(), [
          [0.1, -0.2, 0.3, 0],
          [0, 0.1, 0, 0.2],
        ]),
      ),
    );
    expect(places.map(({ tap }) => tap)).toEqual(['dense', 'multiplied', 'reshaped', 'residual']);
    expect(places.map(({ sharesInitial }) => sharesInitial)).toEqual([true, true, true, false]);
  });

  it('is empty where nothing moves', async () => {
    expect(await ownPlace(engine, forward(W()), forward(W()))).toEqual([]);
  });

  it('sees the direction of a change of 1e-25, whose squares underflow', async () => {
    const [before, after] = [tf.zeros([4]), tf.tensor1d([1e-25, 2e-25, 0, -1e-25])];
    const places = await ownPlace(engine, tapsOf({ a: before, b: before }), tapsOf({ a: after, b: tf.mul(after, 2) }));
    expect(places.map(({ tap }) => tap)).toEqual(['a', 'b']);
  });
});

describe('inertParameters', () => {
  it('names those below 1e-5 of the largest gradient of their layer', () => {
    const gradients = new Map([
      ['dense/kernel', 1],
      ['dense/bias', 1e-7],
      ['norm/gamma', 1e-7],
      ['norm/beta', 2e-7],
    ]);
    expect(inertParameters(gradients, () => true)).toEqual(['dense/bias']);
  });

  it('names no matrix, nor what has no layer to be compared with', () => {
    const gradients = new Map([
      ['block/down', 1],
      ['block/up', 1e-7],
      ['scale', 1e-9],
    ]);
    expect(inertParameters(gradients, (name) => name === 'scale')).toEqual([]);
  });

  it('names none whose gradient is exactly zero: what is upstream of a zero branch end gets one later', () => {
    const gradients = new Map([
      ['dense/kernel', 0],
      ['dense/bias', 0],
      ['branch/bias', 0],
      ['branch/end', 1],
    ]);
    expect(inertParameters(gradients, () => true)).toEqual([]);
  });
});
