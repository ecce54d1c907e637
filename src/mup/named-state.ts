import { tf, type Tensor, type Variable } from '../engine/tf.js';
import { failure } from '../errors.js';
import type { NamedTensor } from './gradients.js';
import type { InnerOptimizer } from './inner-optimizer.js';
import { keptBy, restoreState } from './positional-state.js';
import type { NamedParameter } from './parameters.js';

/** A model's parameters, by variable name. */
export type Parameters = ReadonlyMap<string, { readonly parameter: NamedParameter }>;

/** What an optimizer keeps, by variable name and then by what it is: `m` and `v` of Adam's. */
export type NamedState = ReadonlyMap<string, ReadonlyMap<string, Tensor>>;

/** Whose state is read. */
export interface StateOwner {
  className: string;
  parameters: Parameters;
  /** What is kept for each variable. */
  kept: readonly string[];
}

/**
 * Names of an optimizer's state that are the same in every run: `dense_Dense7/kernel/m` becomes `dense_1/kernel/m`.
 *
 * Those of variables that are not the model's stay.
 */
export function parameterNamed(state: readonly NamedTensor[], parameters: Parameters): NamedTensor[] {
  return state.map(({ name, tensor }) => {
    const [variable, kept] = split(name);
    return { name: `${parameters.get(variable)?.parameter.name ?? variable}/${kept}`, tensor };
  });
}

/**
 * Reads what `getWeights` gave.
 *
 * @throws CoordCheckError OPTIMIZER_STATE_UNMATCHED if it is another optimizer's or another model's, or not whole
 */
export function namedState(weights: readonly NamedTensor[], owner: StateOwner): NamedState {
  const [iterations, ...entries] = weights;
  const found = new Map<string, Map<string, Tensor>>();
  const variables = variablesByParameter(owner.parameters);
  const problems = iterations?.name === 'iter' ? [] : ['it does not begin with iter, the count of steps'];
  for (const { name, tensor } of entries) {
    const [parameter, kept] = split(name);
    const variable = variables.get(parameter) ?? tf.engine().registeredVariables[parameter];
    const problem = problemOf(tensor, { kept, variable, owner });
    if (variable === undefined || problem !== null) {
      problems.push(`${name} ${problem}`);
      continue;
    }
    found.set(variable.name, (found.get(variable.name) ?? new Map<string, Tensor>()).set(kept, tensor));
  }
  for (const [variable, state] of found) {
    const lacking = owner.kept.filter((kept) => !state.has(kept));
    const name = owner.parameters.get(variable)?.parameter.name ?? variable;
    problems.push(...lacking.map((kept) => `${name}/${kept} is missing`));
  }
  if (problems.length > 0) throw failure('OPTIMIZER_STATE_UNMATCHED', { className: owner.className, problems });
  return found;
}

/** Gives an optimizer the state of some variables, in this order from now on. */
export async function restoreNamed(
  optimizer: InnerOptimizer,
  state: NamedState,
  { iterations, members }: { iterations: NamedTensor; members: readonly string[] },
): Promise<void> {
  const entries = keptBy(optimizer).flatMap((kept) =>
    members.map((name) => ({ name: `${name}/${kept}`, tensor: state.get(name)?.get(kept) as Tensor })),
  );
  await restoreState(optimizer, [iterations, ...entries]);
}

/** `dense_1/kernel/m` as the name of what it belongs to, and what it is. */
export function split(name: string): [string, string] {
  const end = name.lastIndexOf('/');
  return [name.slice(0, end), name.slice(end + 1)];
}

function problemOf(
  tensor: Tensor,
  { kept, variable, owner }: { kept: string; variable: Variable | undefined; owner: StateOwner },
): string | null {
  if (variable === undefined) return 'is of no variable that there is';
  if (!owner.kept.includes(kept)) return 'is nothing that it keeps';
  const isSame = tensor.shape.join() === variable.shape.join();
  return isSame ? null : `has the shape [${tensor.shape.join(', ')}], its variable [${variable.shape.join(', ')}]`;
}

function variablesByParameter(parameters: Parameters): Map<string, Variable> {
  return new Map([...parameters.values()].map(({ parameter }) => [parameter.name, parameter.variable]));
}
