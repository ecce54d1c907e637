/** What a name is called where its numbers do not matter. */
export function kindOf(name: string): string {
  return name.replaceAll(/\d+/g, '*');
}

/**
 * What names of one kind have in common: the numbers in which they differ are `*`.
 *
 * `stage1.block0` and `stage1.block1` are `stage1.block*`.
 */
export function commonName(names: readonly string[]): string {
  const [first = [], ...others] = names.map((name) => name.split(/(\d+)/));
  return first.map((part, i) => (others.every((other) => other[i] === part) ? part : '*')).join('');
}
