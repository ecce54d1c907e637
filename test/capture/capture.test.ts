import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { capture, type CaptureOptions } from '../../src/capture/capture.js';
import { tf } from '../../src/engine/tf.js';
import { defineModel } from '../../src/model/definition.js';

let out: string;
beforeEach(async () => {
  out = await mkdtemp(join(tmpdir(), 'capture-'));
});
afterEach(() => rm(out, { recursive: true }));

const definition = defineModel({
  name: 'captured',
  build: ({ width }) =>
    tf.sequential({
      layers: [
        tf.layers.dense({ name: 'first', units: width, inputShape: [5] }),
        tf.layers.dense({ name: 'last', units: 2 }),
      ],
    }),
});

const captured = async (options: CaptureOptions) =>
  capture(definition, { widths: [4, 8], seeds: 1, steps: 1, engine: 'cpu', ...options });

describe('capture', () => {
  it('says in its header which taps were recorded and how much was measured, where that is not all', async () => {
    const configOf = async (options: CaptureOptions) => (await captured(options)).records.header.config;
    expect(await configOf({})).not.toHaveProperty('taps');
    expect(await configOf({})).not.toHaveProperty('measure');
    expect(await configOf({ taps: ['last'], measure: 'changes' })).toMatchObject({
      taps: ['last'],
      measure: 'changes',
    });
  });

  it('does not go on with other taps than the interrupted one recorded', async () => {
    const stop = new AbortController();
    const onProgress: CaptureOptions['onProgress'] = ({ type }) => {
      if (type === 'run-finished') stop.abort(new Error('enough'));
    };
    await expect(captured({ out, taps: ['last'], signal: stop.signal, onProgress })).rejects.toThrow('enough');
    await expect(captured({ out, resume: true })).rejects.toThrow(/config\.taps was \["last"\] and is absent/);
    const { records } = await captured({ out, taps: ['last'], resume: true });
    const { records: whole } = await captured({ taps: ['last'] });
    expect(records.rows).toEqual(whole.rows);
  });
});
