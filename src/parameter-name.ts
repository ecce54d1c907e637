/** A parameter's name; of one that is used in several ways, each has its own: `embedding/embeddings@readout`. */
export function parameterName({ parameter, use }: { parameter: string; use: string | null }): string {
  return use === null ? parameter : `${parameter}@${use}`;
}
