import { describe, expect, it } from 'vitest';
import type { CheckResult } from '../../src/verdict/result.js';
import { checked, faults } from './checked.js';

const SP = ['--control', 'sp'];
const SGD = ['--set', 'optimizer=sgd'];

/** Checks a fixture that must pass. */
async function passed(name: string, flags: readonly string[] = []): Promise<CheckResult> {
  const { code, result } = await checked(name, flags);
  expect(result.diagnosis).toEqual([]);
  expect(result.verdict).toBe('pass');
  expect(code).toBe(0);
  return result;
}

/** Checks a fixture that must fail: its causes, each with the parameters at fault. */
async function failed(name: string, flags: readonly string[]): Promise<Record<string, string[]>> {
  const { code, result } = await checked(name, flags);
  expect(result.verdict).toBe('fail');
  expect(code).toBe(1);
  return Object.fromEntries(result.diagnosis.map(({ cause, parameters }) => [cause, parameters.toSorted()]));
}

/** Where a parameter is judged: its role there, and the place. */
const placesOf = ({ parameters }: CheckResult, name: string) =>
  parameters.filter(({ parameter }) => parameter === name).map(({ role, ownPlace }) => [role, ownPlace]);

const inBlocks = (names: readonly string[], prefix = '') =>
  [0, 1].flatMap((i) => names.map((name) => `block${i}${prefix}${name}`)).toSorted();

describe('coordcheck on convolutions', () => {
  it('passes a CNN trained with SGD in µP, fails it in SP', async () => {
    await passed('mnist-cnn', SGD);
    const causes = await failed('mnist-cnn', [...SGD, ...SP]);
    expect(causes['input-rate-overscaled']).toContain('conv2d_1/kernel');
    expect(causes['readout-rate-unscaled']).toEqual(['dense_1/kernel']);
  });

  it('passes a residual network with separable convolutions in µP, its depthwise kernels being vectors', async () => {
    const result = await passed('mnist-resnet');
    const depthwise = result.parameters.filter(({ parameter }) => parameter.endsWith('/depthwise_kernel'));
    expect(depthwise.map(({ role, outcome }) => [role, outcome])).toEqual([
      ['vector', 'pass'],
      ['vector', 'pass'],
    ]);
  });

  it('names the unscaled rates of the same network in SP', async () => {
    const { result } = await checked('mnist-resnet', SP);
    expect(result.verdict).toBe('fail');
    expect(faults(result)).toEqual(
      expect.arrayContaining([
        ['conv2d_2/kernel', -1, null],
        ['conv2d_3/kernel', -1, null],
        ['dense_1/kernel', -1, null],
      ]),
    );
  });
});

describe('coordcheck on a transformer of own layers', () => {
  const MATRICES = [
    'attention/query',
    'attention/key',
    'attention/value',
    'attention/output',
    'up/kernel',
    'down/kernel',
  ];

  it('passes it in µP, each matrix of one layer and each use of the tied one at a place of its own', async () => {
    const result = await passed('text-layer-transformer');
    expect(placesOf(result, 'embedding/embeddings')).toEqual([
      ['input', 'embedding'],
      ['readout', 'readout'],
    ]);
    const places = MATRICES.map((name) => placesOf(result, `block1/${name}`)[0]?.[1]);
    expect(new Set(places).size).toBe(MATRICES.length);
  });

  it('passes it when trained with SGD, for its heads do not grow', async () => {
    const { parameters } = await passed('text-layer-transformer', SGD);
    const query = parameters.find(({ parameter }) => parameter === 'block1/attention/query');
    expect(Math.abs(query?.isolatedUpdate.slope ?? Number.NaN)).toBeLessThan(0.25);
  });

  it('names its hidden matrices and the tied readout in SP, and not the attention scale', async () => {
    expect(await failed('text-layer-transformer', SP)).toEqual({
      'tied-readout-unscaled': ['embedding/embeddings@readout'],
      'hidden-rate-unscaled': inBlocks(MATRICES, '/'),
    });
  });
});

describe('coordcheck on a transformer whose queries start at zero, trained with SGD', () => {
  // Keys are judged at the second step: before it they have no gradient.
  const ZERO_QUERY = [...SGD, '--set', 'zeroQuery=true', '--steps', '2'];
  const RESOLVED = [...ZERO_QUERY, '--set', 'sgdLearningRate=0.3'];
  const KEYS = inBlocks(['key/kernel'], '.attention.');

  it('passes it in µP', async () => {
    const { parameters } = await passed('text-transformer', RESOLVED);
    const keys = parameters.filter(({ parameter }) => KEYS.includes(parameter));
    expect(keys.map(({ outcome, isolatedUpdate: { step } }) => [outcome, step])).toEqual(KEYS.map(() => ['pass', 2]));
  });

  it('names the keys where their rate goes like width^-½, and like width^½', async () => {
    const low = await failed('text-transformer', [...RESOLVED, '--set', 'keyRateExponent=-0.5']);
    expect(low).toEqual({ 'hidden-rate-overscaled': KEYS });
    const high = await failed('text-transformer', [...RESOLVED, '--set', 'keyRateExponent=0.5', '--seeds', '10']);
    expect(high).toEqual({ 'hidden-rate-unscaled': KEYS });
  });

  it('judges no update that single precision loses, and says what would settle it', async () => {
    const { code, result } = await checked('text-transformer', ZERO_QUERY);
    expect(code).toBe(3);
    expect(result.summary).toMatch(/attention\.key\/kernel there is no slope: .* rounding.*raise the learning rate/);
  });
});

describe('coordcheck on a transformer tied by hand', () => {
  it('passes it in µP', async () => {
    const result = await passed('text-transformer-tied');
    expect(placesOf(result, 'embedding/token').map(([role]) => role)).toEqual(['input', 'readout']);
  });

  it('names the attention scale, the tied readout and every hidden matrix in SP', async () => {
    const matrices = ['attention.query', 'attention.key', 'attention.value', 'attention.output', 'mlp.up', 'mlp.down'];
    expect(await failed('text-transformer-tied', SP)).toEqual({
      'attention-logits-unscaled': [],
      'tied-readout-unscaled': ['embedding/token@output'],
      'hidden-rate-unscaled': inBlocks(
        matrices.map((name) => `${name}/kernel`),
        '.',
      ),
    });
  });
});
