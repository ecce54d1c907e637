/**
 * Which of a variable's axes each axis of a tensor made from it runs along: `[[0], [1]]` for a matrix itself,
 * `[[1], [0]]` for its transpose, `[[0], [1], [1]]` where its second axis was split into heads, `[]` for an axis of its
 * own. Null where that cannot be said.
 */
export type Axes = readonly (readonly number[])[] | null;

/** A variable's own axes. */
export function ownAxes(rank: number): Axes {
  return Array.from({ length: rank }, (_, axis) => [axis]);
}

/**
 * Follows axes through a reshape: the shapes are cut into the smallest runs of equal size, and every axis of a run
 * stands for all axes of the run it comes from.
 *
 * @param axes - of the tensor before
 * @param from - its shape
 * @param to - its shape afterwards, of the same size
 */
export function reshapedAxes(axes: Axes, from: readonly number[], to: readonly number[]): Axes {
  if (axes === null || from.includes(0)) return null;
  const reshaped: (readonly number[])[] = to.map(() => []);
  let [i, j] = [0, 0];
  while (i < from.length && j < to.length) {
    const [starti, startj] = [i, j];
    let [left, right] = [from[i++] ?? 1, to[j++] ?? 1];
    while (left !== right) {
      if (left < right) left *= from[i++] ?? Number.NaN;
      else right *= to[j++] ?? Number.NaN;
      if (Number.isNaN(left) || Number.isNaN(right)) return null;
    }
    const along = [...new Set(axes.slice(starti, i).flat())];
    for (let k = startj; k < j; k += 1) reshaped[k] = (to[k] ?? 1) === 1 && j - startj > 1 ? [] : along;
  }
  return reshaped;
}

/** Follows axes through a transpose. */
export function transposedAxes(axes: Axes, permutation: readonly number[]): Axes {
  return axes === null ? null : permutation.map((axis) => axes[axis] ?? []);
}
