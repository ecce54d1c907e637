import { beforeAll, describe, expect, it } from 'vitest';
import { openEngine } from '../../src/engine/open-engine.js';
import { tf, type LayersModel } from '../../src/engine/tf.js';
import { baseShapesOfRecord, makeBaseShapes, shapesOf, type ShapeRecord } from '../../src/mup/base-shapes.js';
import { adam, adamW, sgd } from '../../src/mup/optimizers.js';
import { scalingOf, widthMultiplier, type ParameterScaling } from '../../src/mup/scaling.js';
import { setBaseShapes } from '../../src/mup/set-base-shapes.js';
import { translateShapes } from '../../src/mup/translate-shapes.js';
import { PEER_MODELS, peer, tfjsName, variableNames, type PeerParameter } from './mup-package.js';

beforeAll(async () => void (await openEngine('cpu', { threads: 1 })));

/** Rate and decay that the package's optimizers were made with. */
const [learningRate, weightDecay] = [0.1, 0.01];

describe.each(Object.entries(PEER_MODELS))('the mup package and ours, %s', (name, { build, widths }) => {
  const described = peer.shapes[name as keyof typeof PEER_MODELS];
  const expected = Object.fromEntries(Object.entries(described).map(([key, value]) => [tfjsName(key), value]));
  let model: LayersModel;

  beforeAll(() => {
    const [base, delta, target] = widths.map((w) => build(w)) as [LayersModel, LayersModel, LayersModel];
    model = setBaseShapes(target, base, { delta });
  });

  /** Of one field of the package's, base shapes in TF.js's names and order. */
  const translated = (field: (parameter: PeerParameter) => (number | null)[]): ShapeRecord => {
    const record = Object.fromEntries(Object.entries(described).map(([key, value]) => [key, field(value)]));
    return translateShapes(baseShapesOfRecord(record), { names: tfjsName, layout: 'torch' }).parameters;
  };

  const found = (value: (scaling: ParameterScaling) => unknown) =>
    Object.fromEntries([...scalingOf(model).parameters.values()].map((s) => [s.parameter.name, value(s)]));
  const theirs = (value: (parameter: PeerParameter) => unknown) =>
    Object.fromEntries(Object.entries(expected).map(([key, parameter]) => [key, value(parameter)]));

  it('have the same parameters, of the same shapes', () =>
    expect(Object.fromEntries(shapesOf(model))).toEqual(translated(({ shape }) => shape)));

  it('call the same dimensions infinite, of the same base sizes', () => {
    const [base, delta] = widths.slice(0, 2).map((w) => build(w)) as [LayersModel, LayersModel];
    expect(makeBaseShapes(base, delta).parameters).toEqual(translated((parameter) => parameter.base));
    expect(found(({ infinite }) => infinite.filter(Boolean).length)).toEqual(theirs(({ infinite }) => infinite));
  });

  it('have the same width multipliers, and ratios of fan-in to fan-out', () => {
    expect(found(widthMultiplier)).toEqual(theirs((parameter) => parameter.widthMultiplier));
    const ratio = ({ role, fanInMultiplier, fanOutMultiplier }: ParameterScaling) =>
      role === 'hidden' ? fanInMultiplier / fanOutMultiplier : null;
    expect(found(ratio)).toEqual(theirs(({ faninFanoutRatio }) => faninFanoutRatio));
  });

  const rated = () => ({
    sgd: sgd(model, { learningRate, weightDecay }),
    adam: adam(model, { learningRate, weightDecay }),
    adamw: adamW(model, { learningRate, weightDecay }),
    // The package leaves the decay as it is for an optimizer that does not multiply it by the rate: so does ours.
    adamwDecoupled: adamW(model, { learningRate, weightDecay, independentWeightDecay: true }),
  });

  it.each(['sgd', 'adam', 'adamw', 'adamwDecoupled'] as const)('train at the same rates, with %s', (optimizer) => {
    const ours = rated()[optimizer];
    for (const [key, variable] of variableNames(model))
      expect(ours.effectiveLearningRate(variable), key).toBeCloseTo(expected[key][optimizer].lr, 12);
  });

  it.each(['sgd', 'adam', 'adamw', 'adamwDecoupled'] as const)('decay alike, with %s', (optimizer) => {
    const ours = rated()[optimizer];
    for (const [key, variable] of variableNames(model))
      expect(ours.effectiveWeightDecay(variable), key).toBeCloseTo(expected[key][optimizer].weightDecay, 12);
  });

  it('compute something', () => {
    const [, ...shape] = model.inputs[0]?.shape ?? [];
    const output = model.predict(tf.zeros([2, ...(shape as number[])])) as ReturnType<typeof tf.zeros>;
    expect(output.dataSync().every(Number.isFinite)).toBe(true);
  });
});
