import type { Optimizer } from '../engine/tf.js';
import { failure } from '../errors.js';
import { glob } from '../glob.js';
import { roleOf } from '../parametrization/role.js';
import { made } from './anew.js';
import { DecayingOptimizer, type DecayedRates, type DecayOptions } from './decaying-optimizer.js';
import { ForwardingOptimizer } from './forwarding-optimizer.js';
import { gradientsByName, type Gradients, type NamedTensor } from './gradients.js';
import type { InnerOptimizer } from './inner-optimizer.js';
import { split } from './named-state.js';
import { decayingAdam, type AdamWOptions, type MupOptimizer, type RateOptions } from './optimizers.js';
import { OrthogonalMomentum, type MatrixLayout } from './orthogonal-momentum.js';
import type { ModelLike } from './parameters.js';
import { savedState } from './positional-state.js';
import { axesToFanOut, hasMultiplier, scalingOf, type ParameterScaling } from './scaling.js';
import { requireSettings } from './settings.js';
import type { VariableSettings } from './variable-settings.js';

/** Muon's settings, at base width; `weightDecay` is 0 unless given. */
export interface MuonOptions extends RateOptions, DecayOptions {
  /** Of the matrices that Muon trains; 0.02 is usual. */
  learningRate: number;
  /** 0.95 unless given. */
  momentum?: number;
  /** True unless given. */
  nesterov?: boolean;
  /** Newton–Schulz iterations of a step; 5 unless given. */
  newtonSchulzSteps?: number;
  /**
   * Adam's settings for everything else, with its own rate; its `weightDecay` is 0 unless given. `rateMultipliers` stand
   * beside it, for the parameters of both.
   */
  adam: Omit<AdamWOptions, 'rateMultipliers'>;
  /**
   * Globs of the parameters that Muon trains. Unless given, the hidden ones; in SP, where nothing shows which those are,
   * all matrices but embeddings, readout layers, the first and the last.
   */
  hidden?: readonly string[];
}

/**
 * Muon in µP: each hidden matrix moves by its orthogonalised momentum × √(fan-out/fan-in), which has the right size at
 * every width at one rate; embeddings, vectors and readouts go to Adam in µP.
 *
 * A convolution's kernel counts as [kh·kw·in, out]. A schedule on `learningRate` scales Adam's rate along.
 *
 * @param model - one with base shapes; in SP, Muon with plain Adam beside it
 * @throws CoordCheckError UNKNOWN_TAP_GLOB if a glob of `hidden` matches no matrix; and as `adam` does
 * Source: Jordan et al., Muon: an optimizer for hidden layers in neural networks, kellerjordan.github.io/posts/muon (2024).
 */
export function muon(model: ModelLike, options: MuonOptions): MupOptimizer & DecayedRates {
  const { rateMultipliers } = options;
  const adam = { weightDecay: 0, ...options.adam };
  requireSettings('adam of mup.muon', adam, ['learningRate']);
  if ('rateMultipliers' in adam) throw failure('SETTING_INVALID', MISPLACED_MULTIPLIERS);
  return made('mup.muon', options, () => {
    const hidden = hiddenMatrices(model, options.hidden);
    const others = new Set([...scalingOf(model).parameters.keys()].filter((name) => !hidden.has(name)));
    const parts = {
      matrices: orthogonalizing(model, options, new Set(hidden.keys())),
      others: decayingAdam(model, { ...adam, rateMultipliers }, { className: 'Muon', only: others }),
    };
    return new MuonOptimizer(parts, hidden);
  });
}

const MISPLACED_MULTIPLIERS = {
  where: 'adam of mup.muon',
  expected: 'rateMultipliers beside adam',
  got: 'them inside',
  hint: 'Move them one level up: there they are for the parameters of both, Muon and Adam.',
};

/** The two optimizers that Muon is made of, with one rate to set: that of the hidden matrices. */
class MuonOptimizer extends ForwardingOptimizer<DecayingOptimizer> implements DecayedRates {
  readonly #others: DecayingOptimizer;
  readonly #hidden: ReadonlyMap<string, ParameterScaling>;
  readonly #baseRates: { hidden: number; others: number };

  constructor(
    { matrices, others }: { matrices: DecayingOptimizer; others: DecayingOptimizer },
    hidden: ReadonlyMap<string, ParameterScaling>,
  ) {
    super(matrices);
    this.#others = others;
    this.#hidden = hidden;
    this.#baseRates = { hidden: matrices.learningRate, others: others.learningRate };
  }

  get weightDecay(): number {
    return this.inner.weightDecay;
  }

  override setLearningRate(rate: number): void {
    const { hidden, others } = this.#baseRates;
    this.inner.learningRate = rate;
    this.#others.learningRate = hidden === 0 ? others : others * (rate / hidden);
  }

  override effectiveLearningRate(variableName: string): number {
    return this.#partOf(variableName).effectiveLearningRate(variableName);
  }

  override settingsOf(variableName: string): VariableSettings {
    return this.#partOf(variableName).settingsOf(variableName);
  }

  effectiveWeightDecay(variableName: string): number {
    return this.#partOf(variableName).effectiveWeightDecay(variableName);
  }

  override applyGradients(gradients: Gradients): void {
    const list = [...gradientsByName(gradients)].map(([name, tensor]) => ({ name, tensor }));
    super.applyGradients(list.filter(({ name }) => this.#hidden.has(name)));
    this.#others.applyGradients(list.filter(({ name }) => !this.#hidden.has(name)));
  }

  override dispose(): void {
    super.dispose();
    this.#others.dispose();
  }

  override getConfig(): ReturnType<Optimizer['getConfig']> {
    return { ...super.getConfig(), adam: this.#others.getConfig() };
  }

  override async getWeights(): Promise<NamedTensor[]> {
    return [...(await super.getWeights()), ...(await savedState(this.#others))];
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const [iterations, ...state] = weights as [NamedTensor, ...NamedTensor[]];
    const hidden = new Set([...this.#hidden.values()].map(({ parameter }) => parameter.name));
    const isHidden = ({ name }: NamedTensor) => hidden.has(split(name)[0]);
    await this.#others.setWeights([iterations, ...state.filter((entry) => !isHidden(entry))]);
    await super.setWeights([iterations, ...state.filter(isHidden)]);
  }

  #partOf(name: string): DecayingOptimizer {
    return this.#hidden.has(name) ? this.inner : this.#others;
  }
}

function orthogonalizing(model: ModelLike, options: MuonOptions, only: ReadonlySet<string>): DecayingOptimizer {
  const { learningRate, momentum = 0.95, nesterov = true, newtonSchulzSteps = 5, rateMultipliers } = options;
  const { parameters } = scalingOf(model);
  const layoutOf = (name: string) => matrixLayout(parameters.get(name));
  const inner = (rate: number): InnerOptimizer =>
    new OrthogonalMomentum(rate, { momentum, nesterov, newtonSchulzSteps, layoutOf });
  const grouping = { family: 'muon', only, rateMultipliers } as const;
  return new DecayingOptimizer({ className: 'Muon', learningRate, model, grouping, inner }, options);
}

/** With √(fan-out/fan-in) at base width: what the width adds to it is the group's multiplier. */
function matrixLayout(scaling: ParameterScaling | undefined): MatrixLayout {
  if (scaling === undefined) return { axes: [], factor: 1 };
  const { parameter, baseShape } = scaling;
  const axes = axesToFanOut(parameter);
  const fanOut = baseShape[axes.at(-1) ?? 0] ?? 1;
  const fanIn = baseShape.reduce((product, size) => product * size, 1) / fanOut;
  return { axes, factor: Math.sqrt(fanOut / fanIn) };
}

function hiddenMatrices(model: ModelLike, globs: readonly string[] | undefined): Map<string, ParameterScaling> {
  const { parametrization, parameters } = scalingOf(model);
  const matrices = [...parameters].filter(([, scaling]) => isMatrix(scaling));
  if (globs !== undefined) return new Map(globs.flatMap((pattern) => matching(matrices, pattern)));
  if (parametrization === 'mup') return new Map(matrices.filter(([, { role }]) => role === 'hidden'));
  // Which is first and last among those that are trained: a table of constants before them is none of the model's ends.
  const trained = matrices.filter(([, { parameter }]) => parameter.trainable);
  return new Map(trained.slice(1, -1).filter(([, { parameter }]) => !isEnd(parameter)));
}

function matching<T extends [string, ParameterScaling]>(matrices: readonly T[], pattern: string): T[] {
  const matches = glob(pattern);
  const found = matrices.filter(([, { parameter }]) => matches(parameter.name));
  if (found.length > 0) return found;
  const known = matrices.map(([, { parameter }]) => parameter.name).join(', ');
  throw failure('UNKNOWN_TAP_GLOB', { glob: pattern, where: 'hidden of mup.muon', known });
}

/** By its shape and layer alone: neither a vector nor something that multiplies elementwise. */
function isMatrix({ parameter: { variable, layerClass, name } }: ParameterScaling): boolean {
  const { shape } = variable;
  return shape.length > 1 && roleOf({ shape, infinite: shape.map(() => true), layerClass, name }) === 'hidden';
}

function isEnd({ layerClass, owner }: ParameterScaling['parameter']): boolean {
  return layerClass === 'Embedding' || hasMultiplier(owner);
}
