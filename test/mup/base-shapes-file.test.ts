import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf } from '../../src/engine/tf.js';
import { makeBaseShapes } from '../../src/mup/base-shapes.js';
import { loadBaseShapes, saveBaseShapes } from '../../src/mup/base-shapes-file.js';
import { layers } from '../../src/mup/layers.js';
import { scalingOf, widthMultiplier } from '../../src/mup/scaling.js';
import { scalingWarnings } from '../../src/mup/scaling-warnings.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';
import { withoutWarnings } from '../../src/mup/warn.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

const folder = () => mkdtempSync(join(tmpdir(), 'base-shapes-'));

/** A file with the given content, of the given name. */
function written(name: string, content: string): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

const mlp = (width: number) =>
  tf.sequential({
    layers: [
      tf.layers.dense({ units: width, inputShape: [7] }),
      tf.layers.dense({ units: 2 * width }),
      layers.readout({ units: 3, name: 'head' }),
    ],
  });

const shapes = () => makeBaseShapes(mlp(4), mlp(6));

describe('saveBaseShapes', () => {
  it('writes JSON that loadBaseShapes reads, from a path or a URL', () => {
    const path = join(folder(), 'shapes.json');
    saveBaseShapes(shapes(), pathToFileURL(path));
    expect(loadBaseShapes(path)).toEqual(shapes());
    expect(loadBaseShapes(pathToFileURL(path))).toEqual(shapes());
  });

  it("writes YAML in the mup package's form to a .bsh file", () => {
    const path = join(folder(), 'shapes.bsh');
    saveBaseShapes(shapes(), path);
    expect(readFileSync(path, 'utf8')).toMatch(
      /^# This is a base shape file encoded in yaml\n(#.*\n)+dense_1\/kernel:\n/,
    );
    const { parameters } = shapes();
    expect(loadBaseShapes(path)).toEqual({ schema: 'coordcheck/base-shapes', schemaVersion: 1, parameters });
  });
});

/** As it stands in the `mup` package: examples/MLP/width64.bsh, of a PyTorch model. */
const MUP_FILE = new URL('../../fixtures/peer/width64.bsh', import.meta.url);

const biasFree = (width: number) => {
  const dense = (units: number, name: string, more = {}) => tf.layers.dense({ units, name, useBias: false, ...more });
  return tf.sequential({
    layers: [dense(width, 'fc_1', { inputShape: [784] }), dense(width, 'fc_2'), dense(10, 'fc_3')],
  });
};

const TORCH = { names: (name: string) => name.replace('.weight', '/kernel'), layout: 'torch' } as const;

describe('loadBaseShapes', () => {
  it("reads the mup package's own file, given names and layout", () => {
    const loaded = loadBaseShapes(MUP_FILE, TORCH);
    const { parameters } = makeBaseShapes(biasFree(64), biasFree(65));
    expect(loaded.parameters).toEqual(parameters);
    const model = setBaseShapes(biasFree(256), loaded);
    const found = [...scalingOf(model).parameters.values()].map((s) => [s.role, widthMultiplier(s)]);
    expect(found).toEqual([
      ['input', 4],
      ['hidden', 4],
      ['readout', 4],
    ]);
  });

  it('takes names as a record, in which null leaves out and what is absent stays', () => {
    const path = written('named.bsh', 'a: [null, 4]\nb: [4]\nunused: [4]\n');
    expect(loadBaseShapes(path, { names: { a: 'dense/kernel', unused: null } }).parameters).toEqual({
      'dense/kernel': [null, 4],
      b: [4],
    });
  });

  it("turns PyTorch's order to TF.js's: kernels of any rank, but for embeddings", () => {
    const path = written(
      'torch.bsh',
      'conv/kernel: [8, 4, null, null]\nconv1d/kernel: [8, null, null]\ndepth/depthwise_kernel: [4, null, null, null]\n' +
        'tokens/embeddings: [null, 4]\nembedding: [null, 4]\ngain: [4]\n',
    );
    const layout = (name: string) => (name === 'embedding' ? 'tfjs' : 'torch');
    expect(loadBaseShapes(path, { layout }).parameters).toEqual({
      'conv/kernel': [null, null, 4, 8],
      'conv1d/kernel': [null, null, 8],
      'depth/depthwise_kernel': [null, null, 4, null],
      'tokens/embeddings': [null, 4],
      embedding: [null, 4],
      gain: [4],
    });
  });

  it.each([
    ['absent.bsh', null, /ENOENT/],
    ['empty.bsh', '', /not a list of sizes/],
    ['text.bsh', 'fc: [sixty]', /not a list of sizes/],
    ['zero.yaml', 'fc: [0, null]', /not a list of sizes/],
    ['broken.bsh', 'fc: [64', /expected base shapes in .*broken\.bsh/],
    ['other.json', '{"schema": "other"}', /it has another form/],
  ])('says what is wrong with %s', (name, content, message) => {
    const path = content === null ? join(folder(), name) : written(name, content);
    expect(() => loadBaseShapes(path)).toThrow(message);
  });

  it('says which names lead nowhere, or to the same parameter', () => {
    expect(() => loadBaseShapes(MUP_FILE, { names: { 'fc_9.weight': 'x' } })).toThrow(/fc_9\.weight is not among/);
    expect(() => loadBaseShapes(MUP_FILE, { names: () => 'x' })).toThrow(/fc_1\.weight and fc_2\.weight both become x/);
  });

  it("says how to translate names where the mup package's file shares none with the model", () => {
    const attempt = () => setBaseShapes(biasFree(128), MUP_FILE);
    expect(attempt).toThrow(/fc_1\/kernel is missing from the base shapes/);
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringContaining("layout: 'torch'") }));
  });

  it("asks about the order of dimensions where PyTorch's was not declared", () => {
    const unturned = loadBaseShapes(MUP_FILE, { names: TORCH.names });
    const model = withoutWarnings(() => setBaseShapes(biasFree(256), unturned));
    expect(scalingWarnings(model).join()).toMatch(/dimension 1 of fc_3\/kernel\. Is the order of dim/);
  });
});
