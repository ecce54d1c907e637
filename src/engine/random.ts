import { createHash } from 'node:crypto';
import { restoring } from './restoring.js';

/**
 * The generator sfc32 (Chris Doty-Humphrey, PractRand): 32-bit words with a period of at least 2^32.
 *
 * Seeded by the first 96 bits of the SHA-256 of the seed's text, counter 1, and 12 words thrown away, so that
 * neighbouring seeds are unrelated. Equal seeds (1 and '1' are equal) give equal words on every platform.
 *
 * @returns draws the next word, an integer in [0, 2^32)
 */
export function sfc32(seed: string | number): () => number {
  const digest = createHash('sha256').update(String(seed)).digest();
  let a = digest.readUInt32LE(0);
  let b = digest.readUInt32LE(4);
  let c = digest.readUInt32LE(8);
  let counter = 1;
  const next = (): number => {
    const word = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + word;
    return word >>> 0;
  };
  for (let thrown = 0; thrown < 12; thrown++) next();
  return next;
}

/**
 * Uniform numbers in [0, 1) with 53 random bits, as many as a double holds: two words of {@link sfc32} each.
 *
 * 53 rather than 32, because TF.js seeds a whole initializer from one draw, and 2^32 of them meet too often.
 */
export function uniform(seed: string | number): () => number {
  const word = sfc32(seed);
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53;
}

/**
 * Runs `f` while `Math.random` draws from a generator seeded by `seed`, and puts the former one back afterwards.
 *
 * TF.js's unseeded initializers, shuffles and dropout draw from `Math.random`, so `f`'s tensors depend on `seed`
 * alone. Nests. An asynchronous `f` holds the generator until its promise settles: nothing else that draws may run
 * in this process meanwhile.
 *
 * @returns what `f` returns; what `f` throws is thrown on, after the former `Math.random` is back
 */
export function withSeededRandom<T>(seed: string | number, f: () => T): T {
  const former = Math.random;
  const restore = (): void => {
    Math.random = former;
  };
  // Seeded at the first draw: most passes make none.
  let draw: (() => number) | null = null;
  Math.random = () => (draw ??= uniform(seed))();
  return restoring(f, restore);
}
