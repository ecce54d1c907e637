import { asFloats, tf, type Tensor, type Variable } from '../../tf.js';
import { apply, binary, scalar, type OnnxKernel } from '../kernels/kernel.js';
import { replaceUpdate, variableNamed, type NamedGradient, type Updating } from './update.js';

/** The kernel's name; TF.js has none of its own for it. */
export const ADAM_UPDATE = 'AdamUpdate';

/** One of the averages that Adam keeps of a variable. */
interface Moment {
  originalName: string;
  variable: Variable;
}

/** What TF.js's Adam is made of. */
interface Adam extends Updating {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  accBeta1: Variable;
  accBeta2: Variable;
  accumulatedFirstMoment: Moment[];
  accumulatedSecondMoment: Moment[];
}

/**
 * Has TF.js's Adam update a variable by one kernel: it calls fourteen, and makes six tensors of numbers, for every
 * variable in every step, which takes longer than computing them where variables are small.
 *
 * The update is TF.js's to a few roundings, the moments to the bit, and the optimizer keeps its state where TF.js keeps it.
 */
export function replaceAdamUpdate(): void {
  replaceUpdate(tf.AdamOptimizer.prototype as unknown as Adam, ADAM_UPDATE, updateAll);
}

function updateAll(adam: Adam, gradients: readonly NamedGradient[]): void {
  tf.tidy(() => {
    const common = {
      firstKept: tf.sub(1, adam.accBeta1),
      secondKept: tf.sub(1, adam.accBeta2),
      rate: tf.scalar(-adam.learningRate),
    };
    for (const [i, [name, gradient]] of gradients.entries()) update(adam, { i, name, gradient }, common);
    adam.accBeta1.assign(tf.mul(adam.accBeta1, adam.beta1));
    adam.accBeta2.assign(tf.mul(adam.accBeta2, adam.beta2));
  });
}

/** Updates one variable; one without a gradient only gets its moments, as its place in their order is what they are known by. */
function update(
  { accumulatedFirstMoment, accumulatedSecondMoment, beta1, beta2, epsilon }: Adam,
  { i, name, gradient }: { i: number; name: string; gradient: Tensor | null | undefined },
  common: Record<'firstKept' | 'secondKept' | 'rate', Tensor>,
): void {
  const value = variableNamed(name);
  const zeros = (suffix: string): Moment => ({
    originalName: `${name}/${suffix}`,
    variable: tf.tidy(() => tf.zerosLike(value).variable(false)),
  });
  const first = (accumulatedFirstMoment[i] ??= zeros('m')).variable;
  const second = (accumulatedSecondMoment[i] ??= zeros('v')).variable;
  if (gradient === null || gradient === undefined) return;
  const inputs = { value, first, second, gradient: asFloats(gradient), ...common };
  const results: Tensor[] = tf.engine().runKernel(ADAM_UPDATE, inputs, { beta1, beta2, epsilon });
  const [newValue, newFirst, newSecond] = results as [Tensor, Tensor, Tensor];
  first.assign(newFirst);
  second.assign(newSecond);
  value.assign(newValue);
}

/**
 * Adam's update: m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², θ ← θ − rate · m̂ / (√v̂ + ε), with m̂ and v̂ divided by
 * 1 − β^t. Gives θ, m and v.
 *
 * Its inputs are θ (`value`), m (`first`), v (`second`), g (`gradient`), 1 − β₁^t (`firstKept`), 1 − β₂^t (`secondKept`),
 * and −rate (`rate`), which changes from step to step where it follows a schedule.
 * Source: Kingma & Ba, Adam: A Method for Stochastic Optimization, arXiv:1412.6980, Algorithm 1.
 */
export const adamUpdate: OnnxKernel = (graph, inputs, attributes) => {
  const { value, first, second, gradient, firstKept, secondKept, rate } = inputs;
  const { beta1, beta2, epsilon } = attributes as Record<'beta1' | 'beta2' | 'epsilon', number>;
  const times = (x: typeof value, factor: number) => binary(graph, 'Mul', x!, scalar(graph, factor));
  const squared = binary(graph, 'Mul', gradient!, gradient!);
  const newFirst = binary(graph, 'Add', times(first, beta1), times(gradient, 1 - beta1));
  const newSecond = binary(graph, 'Add', times(second, beta2), times(squared, 1 - beta2));
  // Numbers of the whole step are divided, not arrays: a square root and a division for each coordinate are most of the work.
  const reach = binary(graph, 'Div', rate!, firstKept!);
  const scale = binary(graph, 'Div', scalar(graph, 1), secondKept!);
  const size = apply(graph, 'Sqrt', [binary(graph, 'Mul', newSecond, scale)]);
  const step = binary(
    graph,
    'Div',
    binary(graph, 'Mul', newFirst, reach),
    binary(graph, 'Add', size, scalar(graph, epsilon)),
  );
  return [binary(graph, 'Add', value!, step), newFirst, newSecond];
};
