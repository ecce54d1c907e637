/** A layer as the graph of a model knows it: each use is a node, whose inputs come from other layers. */
interface GraphLayer {
  readonly name: string;
  readonly inboundNodes?: readonly { readonly inputTensors: readonly { readonly sourceLayer: object }[] }[];
}

/**
 * The nearest layer of a name among those whose outputs lead to a layer, within one model.
 *
 * @returns null if there is none
 */
export function layerBefore(layer: object, name: string): object | null {
  let front = [layer as GraphLayer];
  const seen = new Set<GraphLayer>(front);
  while (front.length > 0) {
    const found = front.find((candidate) => candidate !== layer && candidate.name === name);
    if (found !== undefined) return found;
    front = front.flatMap(sources).filter((source) => !seen.has(source) && seen.add(source));
  }
  return null;
}

function sources({ inboundNodes = [] }: GraphLayer): GraphLayer[] {
  return inboundNodes.flatMap(({ inputTensors }) => inputTensors.map(({ sourceLayer }) => sourceLayer as GraphLayer));
}
