import type { GraphNode } from './graph.js';

/**
 * What a TF.js tensor's data are: a node, or values this engine does not compute with (text). TF.js knows the data by this
 * very object, so that nothing need be looked up.
 */
export class TensorData {
  /** The backend that has them. */
  readonly backend: object;
  node: GraphNode;
  readonly text: unknown;
  /** Tensors that share the data; none once they are disposed, or moved to another backend. */
  count: number;

  constructor(backend: object, { node, count, text }: Pick<TensorData, 'node' | 'count' | 'text'>) {
    this.backend = backend;
    this.node = node;
    this.text = text;
    this.count = count;
  }
}
