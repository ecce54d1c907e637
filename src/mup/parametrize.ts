import { failure } from '../errors.js';
import { isLayersModel, type ModelLike } from './parameters.js';
import { setBaseShapes } from './set-base-shapes.js';

/** At which widths a model is built to find its base shapes. */
export interface ParametrizeOptions {
  /** The width of the model to return. */
  width: number;
  /** The width at which µP and SP agree: where hyperparameters were tuned, or the narrowest of a check. */
  baseWidth: number;
  /** A second small width, to see which dimensions grow; twice the base width unless given. */
  deltaWidth?: number;
  /** `sp` returns the plain model, the negative control; `mup` unless given. */
  parametrization?: 'mup' | 'sp';
}

/**
 * Builds a model in µP, in the form of Table 3: initial values and learning rates scale, the forward pass does not.
 *
 * The target is built first, so that it draws from the random stream what the plain model would; base and delta models
 * follow and are disposed.
 *
 * @param buildAtWidth - builds the plain (SP) model at a width, synchronously: a layers model or a hand-written one
 * @returns the model at `width`; train it with `mup.sgd`, `mup.adam`, … or `mup.scaled`
 * @throws CoordCheckError VARIABLE_NAME_TAKEN where it gives its variables names; BASE_SHAPES_UNMATCHED if the widths give
 * different parameters; SETTING_INVALID if base and delta width are the same; and as `setBaseShapes` does
 */
export function parametrize<M extends ModelLike>(buildAtWidth: (width: number) => M, options: ParametrizeOptions): M {
  const { width, baseWidth, deltaWidth = 2 * baseWidth, parametrization = 'mup' } = options;
  if (deltaWidth === baseWidth) throw failure('SETTING_INVALID', { ...SAME_WIDTHS, got: `${deltaWidth} for both` });
  const target = built(buildAtWidth, width);
  const others: M[] = [];
  const other = (at: number): M => {
    const model = built(buildAtWidth, at);
    others.push(model);
    return model;
  };
  try {
    if (parametrization === 'sp') return setBaseShapes(target, null);
    const base = other(baseWidth);
    return setBaseShapes(target, base, { delta: other(deltaWidth) });
  } catch (error) {
    disposeModel(target);
    throw error;
  } finally {
    for (const model of others) disposeModel(model);
  }
}

const SAME_WIDTHS = {
  where: 'mup.parametrize',
  expected: 'deltaWidth to be another than baseWidth',
  hint: 'The dimensions that grow are those in which the two differ; twice the base width will do.',
};

function built<M extends ModelLike>(buildAtWidth: (width: number) => M, width: number): M {
  const model: unknown = calledAt(buildAtWidth, width);
  if (model instanceof Promise) throw failure('BUILD_ASYNC', undefined);
  return model as M;
}

function calledAt(buildAtWidth: (width: number) => unknown, width: number): unknown {
  try {
    return buildAtWidth(width);
  } catch (error) {
    const [, name] =
      (error instanceof Error && /^Variable with name (.*) was already registered/.exec(error.message)) || [];
    if (name === undefined) throw error;
    throw failure('VARIABLE_NAME_TAKEN', { name }, { cause: error });
  }
}

function disposeModel(model: ModelLike): void {
  if (isLayersModel(model)) (model as unknown as { dispose(): void }).dispose();
  else for (const variable of Object.values(model.parameters)) (variable as unknown as { dispose(): void }).dispose();
}
