/**
 * Compiles a glob over tap and parameter names: `*` stands for any characters (also `/`), `?` for one.
 *
 * Names are not paths, so `embed*` matches `embed/embeddings` too.
 */
export function glob(pattern: string): (name: string) => boolean {
  const source = pattern
    .replaceAll(/[\\^$.+()[\]{}|]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return (name) => expression.test(name);
}
