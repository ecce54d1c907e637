/**
 * A gradient this much smaller than its layer's is rounding: a bias in front of a batch norm has none in theory,
 * and single precision leaves about 1e-7 of its neighbours'.
 */
const INERT_RATIO = 1e-5;

/**
 * Vectors that do not matter to the function: their gradient is below 1e-5 of the largest one in their layer.
 *
 * Under Adam their rounding becomes a full step, so they must not be judged. A gradient of exactly 0 is not rounding: what
 * is upstream of a zero branch end gets one after the next update. Nor is a matrix ever taken for inert, whose gradient
 * may be small for as long as the end of its branch is.
 *
 * @param gradients - root mean square of each parameter's gradient, by name `layer/weight`
 * @param isVector - whether a parameter has at most one dimension
 * @returns their names; a parameter whose name has no layer is compared with itself
 */
export function inertParameters(gradients: ReadonlyMap<string, number>, isVector: (name: string) => boolean): string[] {
  const largest = new Map<string, number>();
  for (const [name, size] of gradients) {
    const layer = layerOf(name);
    largest.set(layer, Math.max(largest.get(layer) ?? 0, size));
  }
  return [...gradients]
    .filter(([name, size]) => isVector(name) && size > 0 && size < INERT_RATIO * (largest.get(layerOf(name)) ?? 0))
    .map(([name]) => name);
}

function layerOf(parameter: string): string {
  const end = parameter.lastIndexOf('/');
  return end < 0 ? parameter : parameter.slice(0, end);
}
