/**
 * A gradient this much smaller than its layer's is rounding: a bias in front of a batch norm has none in theory,
 * and single precision leaves about 1e-7 of its neighbours'.
 */
const INERT_RATIO = 1e-5;

/**
 * Parameters that do not matter to the function: their gradient is below 1e-5 of the largest one in their layer.
 *
 * Under Adam their rounding becomes a full step, so they must not be judged.
 *
 * @param gradients - root mean square of each parameter's gradient, by name `layer/weight`
 * @returns their names; a layer whose gradients are all exactly 0 has none
 */
export function inertParameters(gradients: ReadonlyMap<string, number>): string[] {
  const largest = new Map<string, number>();
  for (const [name, size] of gradients) {
    const layer = layerOf(name);
    largest.set(layer, Math.max(largest.get(layer) ?? 0, size));
  }
  return [...gradients]
    .filter(([name, size]) => size < INERT_RATIO * (largest.get(layerOf(name)) ?? 0))
    .map(([n]) => n);
}

function layerOf(parameter: string): string {
  return parameter.slice(0, Math.max(0, parameter.lastIndexOf('/')));
}
