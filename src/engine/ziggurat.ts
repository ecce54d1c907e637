/**
 * The ziggurat of the normal distribution (Marsaglia & Tsang, "The ziggurat method for generating random variables",
 * 2000): its density exp(-x²/2) covered by 256 layers of equal area, the widest with the tail.
 *
 * Computed by operations that IEEE 754 rounds exactly, nothing by `Math.log` or `Math.exp`: equal on every platform.
 */

/** Where the tail begins, the density there, and the area of every layer, such that the layers close at x = 0. */
const TAIL = 3.654152885361009;
const TAIL_DENSITY = 0.0012602859304985975;
const AREA = 0.004928673233974655;

/** Right edge of each layer, the widest first, as if its area were all box; at last 0, above the top layer. */
const EDGE = new Float64Array(257);
/** The density at each edge; 0 below the widest. */
const DENSITY = new Float64Array(257);

EDGE.set([AREA / TAIL_DENSITY, TAIL]);
DENSITY.set([0, TAIL_DENSITY]);
for (let layer = 1; layer < 256; layer++) {
  const above = DENSITY[layer]! + AREA / EDGE[layer]!;
  DENSITY[layer + 1] = above;
  EDGE[layer + 1] = layer < 255 ? Math.sqrt(2 * negativeLog(above)) : 0;
}

/** From an odd signed 25-bit number to a place in the layer. */
const SCALE = EDGE.map((edge) => edge / 2 ** 24);

/** The layer that a word picks, 0 to 255, by 8 bits of its own. */
export function layerOf(word: number): number {
  return word & 255;
}

/**
 * The place in its layer that a word picks by its other 24 bits, symmetric around 0, never 0.
 *
 * As first published layer and place share bits, which correlates them (Doornik, "An improved ziggurat method to
 * generate normal random samples", 2005).
 *
 * @param word - 32 random bits as a signed integer
 */
export function placeOf(word: number): number {
  return ((word >> 7) | 1) * SCALE[word & 255]!;
}

/** Of each layer, the |x| below which a place is a normal draw without a further look, and is within ±`limit`. */
export function cores(limit: number): Float64Array {
  return EDGE.subarray(1).map((inner) => Math.min(inner, limit));
}

/**
 * The standard normal draw of a word whose place is outside its layer's core: the place itself if that is below the
 * density and within ±`limit`, else another draw.
 *
 * @param next - draws further words, integers in [0, 2^32)
 */
export function settle(word: number, limit: number, next: () => number): number {
  for (let drawn = word; ; drawn = next() | 0) {
    const layer = layerOf(drawn);
    let x = placeOf(drawn);
    if (Math.abs(x) >= EDGE[layer + 1]!) {
      if (layer === 0) x = Math.sign(x) * tail(next);
      else if (!isBelowDensity(x, layer, next)) continue;
    }
    if (Math.abs(x) <= limit) return x;
  }
}

/** Whether a point drawn on the line above x, within the layer, is below the density. */
function isBelowDensity(x: number, layer: number, next: () => number): boolean {
  const [low, high, edge] = [DENSITY[layer]!, DENSITY[layer + 1]!, EDGE[layer]!];
  const height = low + fraction(next) * (high - low);
  // height < exp(-x²/2), both sides over the density at the edge: the logarithm of a number near 1 is the cheapest.
  return 2 * negativeLog(low / height) < edge * edge - x * x;
}

/** A normal draw beyond TAIL (Marsaglia, "Generating a variable from the tail of the normal distribution", 1964). */
function tail(next: () => number): number {
  for (;;) {
    const beyond = negativeLog(fraction(next)) / TAIL;
    if (2 * negativeLog(fraction(next)) >= beyond * beyond) return TAIL + beyond;
  }
}

/** A uniform draw of (0, 1). */
function fraction(next: () => number): number {
  return (next() + 0.5) / 2 ** 32;
}

/** -ln(x) for 0 < x ≤ 1, to 1e-15: x doubled until it is near 1, then the series of artanh((x - 1) / (x + 1)). */
function negativeLog(x: number): number {
  let doublings = 0;
  let near = x;
  for (; near < Math.SQRT1_2; near *= 2) doublings++;
  const s = (near - 1) / (near + 1);
  const q = s * s;
  // Constants, not a loop: its divisions would take most of the time.
  const higher = 1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q / 17)));
  return doublings * Math.LN2 - 2 * s * (1 + q * (1 / 3 + q * (1 / 5 + q * (1 / 7 + q * higher))));
}
