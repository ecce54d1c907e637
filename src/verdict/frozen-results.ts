import type { Analysis } from '../analysis/analyze.js';
import { emptySeries } from '../analysis/series.js';
import { roleOf } from '../parametrization/role.js';
import type { RecordHeader } from '../records/run.js';
import { declarations } from './declared.js';
import { judgeSlope } from './judge-slope.js';
import { quantity } from './parameter-results.js';
import type { ParameterResult } from './result.js';

/**
 * What the model itself holds fixed (`layer.trainable = false`), in its order: reported, and not judged, whether
 * declared or not. What it does to the activations is judged at the taps.
 */
export function frozenResults(
  { runs, depth }: Pick<Analysis, 'runs' | 'depth'>,
  expect: RecordHeader['expect'],
): ParameterResult[] {
  const declaredOf = declarations(expect);
  const frozen = runs.filter((run) => run.depth === depth).map((run) => run.frozen ?? []);
  return (frozen.find((list) => list.length > 0) ?? []).map(({ name, shape, layerClass }) => {
    const shapes = frozen.flatMap((list) => list.filter((other) => other.name === name).map((other) => other.shape));
    const infinite = shape.map((size, d) => shapes.some((other) => other[d] !== size));
    const { text, role } = declaredOf(name);
    return {
      parameter: name,
      use: null,
      role: role ?? roleOf({ shape, infinite, layerClass, name }),
      shape: [...shape],
      infinite,
      ownPlace: null,
      ...UNMEASURED,
      outcome: 'inapplicable',
      reason: 'frozen: it is not trainable',
      declared: text,
    };
  });
}

const NOTHING = quantity(null, judgeSlope(emptySeries('rms'), null, 1));

const UNMEASURED = { init: NOTHING, isolatedUpdate: NOTHING, value: NOTHING, update: NOTHING, gradient: NOTHING };
