import { tf, type Tensor, type Variable } from '../../src/engine/tf.js';
import { defineModel, type HandWrittenModel } from '../../src/model/definition.js';
import { tap } from '../../src/model/tap.js';
import { ABC, type ParametrizationName } from '../../src/parametrization/abc.js';
import type { OptimizerFamily } from '../../src/parametrization/optimizer-family.js';
import type { Role } from '../../src/parametrization/role.js';

/** Input dimension and outputs are fixed; enough of each that sizes have little sampling error. */
const INPUTS = 64;
const OUTPUTS = 64;
const BATCH = 64;
const BASE_WIDTH = 64;
/** The families whose update is the same for all roles: each is one optimizer of TF.js. */
type Family = Exclude<OptimizerFamily, 'muon'>;

const RATES: Record<Family, number> = { sgd: 0.05, sign: 1e-3 };

/** The matrices of the test model with their roles and fan-ins. */
export const MATRICES = { in: 'input', hid1: 'hidden', hid2: 'hidden', out: 'readout' } as const satisfies Record<
  string,
  Role
>;

type Name = keyof typeof MATRICES;
const NAMES = Object.keys(MATRICES) as Name[];

/**
 * A ReLU MLP without biases written straight from the abc-table: effective weight n^-a · w, std n^-b, rate n^-c, with n
 * the width over 64.
 */
export function abcMlp(table: ParametrizationName, family: Family) {
  return defineModel({
    name: `${table}-${family}`,
    build: ({ width }) => {
      const n = width / BASE_WIDTH;
      const shapes: Record<Name, [number, number]> = {
        in: [INPUTS, width],
        hid1: [width, width],
        hid2: [width, width],
        out: [width, OUTPUTS],
      };
      const parameters = Object.fromEntries(
        NAMES.map((name) => {
          const fanIn = name === 'in' ? INPUTS : BASE_WIDTH;
          const deviation = Math.SQRT2 / Math.sqrt(fanIn) / n ** ABC[table][MATRICES[name]].b;
          return [name, tf.variable(tf.randomNormal(shapes[name], 0, deviation))];
        }),
      ) as Record<Name, Variable>;
      const layer = (name: Name, x: Tensor) =>
        tap(name, tf.matMul(x, tf.mul(parameters[name], n ** -ABC[table][MATRICES[name]].a)));
      return {
        width,
        parameters,
        apply: (x: Tensor) => layer('out', tf.relu(layer('hid2', tf.relu(layer('hid1', tf.relu(layer('in', x))))))),
      };
    },
    batch: ({ seed, step }) => ({
      x: tf.randomNormal([BATCH, INPUTS], 0, 1, 'float32', 1 + seed * 100 + step),
      y: tf.oneHot(tf.randomUniform([BATCH], 0, OUTPUTS, 'int32', 7 + seed * 100 + step), OUTPUTS),
    }),
    loss: 'softmaxCrossEntropy',
    optimizer: ({ model }) => ratesByRole(model as HandWrittenModel & { width: number }, { table, family }),
  });
}

function ratesByRole(
  { width, parameters }: HandWrittenModel & { width: number },
  { table, family }: { table: ParametrizationName; family: Family },
) {
  const optimizers = new Map(
    NAMES.map((name) => {
      const rate = RATES[family] * (width / BASE_WIDTH) ** -ABC[table][MATRICES[name]].c[family];
      // A tiny epsilon: Adam then is the sign-like optimizer of the table down to the smallest gradients.
      const optimizer = family === 'sgd' ? tf.train.sgd(rate) : tf.train.adam(rate, 0.9, 0.999, 1e-12);
      return [parameters[name]?.name ?? name, optimizer] as const;
    }),
  );
  return {
    getClassName: () => (family === 'sgd' ? 'SGD' : 'Adam'),
    applyGradients(gradients: Record<string, Tensor>) {
      for (const [name, gradient] of Object.entries(gradients)) {
        optimizers.get(name)?.applyGradients([{ name, tensor: gradient }]);
      }
    },
    dispose() {
      for (const optimizer of optimizers.values()) optimizer.dispose();
    },
  };
}
