import type { HyperparameterSweep, ParametrizationSweep } from './sweep-result.js';
import { valueText } from './sweep-text.js';
import { untransferableNote } from './untransferable.js';

/** Remarks that change no outcome: what does not transfer in theory, what the control shows, what is at an edge. */
export function sweepNotes(sweeps: readonly HyperparameterSweep[]): string[] {
  return sweeps.flatMap((sweep) => {
    const { hyperparameter, parametrizations } = sweep;
    const mup = parametrizations.find(({ parametrization }) => parametrization === 'mup');
    return [
      untransferableNote(hyperparameter) ?? [],
      controlNote(sweep, mup) ?? [],
      ...(mup === undefined ? [] : [edgeNote(hyperparameter, mup) ?? [], widerNote(hyperparameter, mup) ?? []]),
    ].flat();
  });
}

function controlNote(
  { hyperparameter, parametrizations }: HyperparameterSweep,
  mup: ParametrizationSweep | undefined,
): string | null {
  const control = parametrizations.find(({ parametrization }) => parametrization === 'sp');
  return mup?.outcome === 'pass' && control?.outcome === 'pass'
    ? `${hyperparameter} transfers in SP as well over these sizes: this sweep cannot tell µP from SP.`
    : null;
}

function edgeNote(hyperparameter: string, { curves }: ParametrizationSweep): string | null {
  const edges = curves.filter(({ optimum }) => optimum.isAtStabilityEdge && optimum.best !== null);
  const places = edges.map(({ width, depth, optimum }) => {
    const size = depth === null ? `width ${width}` : `width ${width}, depth ${depth}`;
    return `${size} (${valueText(optimum.best ?? '')})`;
  });
  return places.length === 0
    ? null
    : `An optimum at the edge of stability: the next value of ${hyperparameter} diverges at ${places.join('; ')}. Leave a margin when carrying it over.`;
}

function widerNote(hyperparameter: string, { widerIsBetter: { pairs, worse } }: ParametrizationSweep): string | null {
  return worse === 0
    ? null
    : `Wider is worse in ${worse} of ${pairs} pairs of neighbouring widths at one value of ${hyperparameter}: in µP wider models should train to a lower loss.`;
}
