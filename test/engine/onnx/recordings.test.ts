import { queryObjects } from 'node:v8';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import { GraphNode } from '../../../src/engine/onnx/graph.js';
import type { LazyBackend } from '../../../src/engine/onnx/lazy-backend.js';
import { openEngine } from '../../../src/engine/open-engine.js';
import { tf, type Tensor } from '../../../src/engine/tf.js';

let engine: Engine;
let backend: LazyBackend;
/** A backend that has seen nothing yet. */
beforeEach(async () => {
  await engine?.dispose();
  engine = await openEngine('onnx', { threads: 1 });
  backend = tf.backend() as unknown as LazyBackend;
});
afterAll(() => engine.dispose());

type Step = (x: Tensor, at: number) => Tensor;

/** Computes steps, numbered from 0, and reads each. */
async function compute(count: number, step: Step, after?: (at: number) => void): Promise<void> {
  const x = tf.tensor2d(
    Float32Array.from({ length: 256 }, (_, i) => Math.sin(i)),
    [16, 16],
  );
  for (let at = 0; at < count; at += 1) {
    const y = tf.tidy(() => step(x, at));
    await engine.read([y]);
    y.dispose();
    after?.(at);
  }
  x.dispose();
}

describe('Recordings', () => {
  /** Steps by letter: X and Y are of one structure, though their calls differ. */
  const STEPS: Record<string, Step> = {
    A: (x) => tf.matMul(x, x),
    B: (x) => tf.tanh(x),
    C: (x) => tf.exp(x),
    X: (x) => tf.mul(x, tf.range(0, 16)),
    Y: (x) => tf.mul(x, tf.range(1, 17)),
  };
  for (const order of ['A', 'AB', 'AAB', 'AABB', 'ABAC', 'AXBY', 'AAAAB']) {
    it(`learn the order ${order}`, async () => {
      const length = 40 * order.length;
      await compute(length, (x, at) => STEPS[order[at % order.length]](x, at));
      expect(backend.stats.replays).toBeGreaterThan(0.8 * length);
    });
  }

  const UNREPEATED: Record<string, Step> = {
    'one structure by calls that always differ': (x, at) => tf.mean(tf.mul(tf.softmax(x), tf.range(at, at + 16))),
    'known structures in no order': (x, at) =>
      tf.mean(tf.softmax(tf.slice(x, 0, 4 + Math.floor(3 + 3 * Math.sin(at ** 2))))),
  };
  for (const [name, step] of Object.entries(UNREPEATED)) {
    it(`do not pile up: ${name}`, async () => {
      /** Nodes alive: each recording holds some. */
      const held: number[] = [];
      // The first structure stays known, and with it what followed, and what followed that.
      const all: Step = (x, at) => (at === 0 ? tf.exp(x) : tf.grad((y) => step(y, at))(x));
      await compute(400, all, (at) => {
        if (at === 199 || at === 399) held.push(queryObjects(GraphNode, { format: 'count' }));
      });
      expect(held[1] - held[0]).toBeLessThan(10);
    });
  }
});
