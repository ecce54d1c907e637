/** A likely cause the diagnosis can name. */
export interface Cause {
  id: string;
  title: string;
  /** For `coordcheck explain`: what goes wrong, and what to change. */
  explanation: string;
}

/** What can be wrong with one parameter's scaling. */
export type Fault = 'rate-unscaled' | 'rate-overscaled' | 'init-unscaled' | 'init-overscaled';

/** Faults of the forward pass, which no initial size and no rate mends. */
const FORWARD_CAUSES: readonly Cause[] = [
  {
    id: 'tied-readout-unscaled',
    title: 'Tied readout: its output is not divided by the width',
    explanation:
      'A readout that shares its matrix with an embedding keeps the embedding’s initial size and rate, which are right ' +
      'there and too large here: what it sums over the width grows. Multiply its output by width to the exponent of ' +
      'the diagnosis, for example with mup.layers.sharedReadout; its initial size and rate stay as they are.',
  },
  {
    id: 'attention-logits-unscaled',
    title: 'Attention: logits are not divided by a head size that grows',
    explanation:
      'At initialization q and k are independent, so that q·k is √d large; once trained they are aligned, and q·k grows ' +
      'like d. Where the head size grows with width the logits must be divided by d, not by √d. Multiply them by width ' +
      'to the exponent of the diagnosis, for example with mup.attentionScale.',
  },
];

/** Causes of faults in the forward pass. */
export type ForwardCause = 'tied-readout-unscaled' | 'attention-logits-unscaled';

const ROLES = ['input', 'hidden', 'readout', 'vector', 'scalar'] as const;

const FAULTS: Record<Fault, { title: string; explanation: string }> = {
  'rate-unscaled': {
    title: 'learning rate too large as width grows',
    explanation:
      'Its update does more to its layer the wider the model. Give it its own learning rate, multiplied by width to ' +
      'the exponent of the diagnosis, for example through the optimizers of coordcheck/mup.',
  },
  'rate-overscaled': {
    title: 'learning rate too small as width grows',
    explanation:
      'Its update does less to its layer the wider the model, so that it ends up frozen at its initial value. Often a ' +
      'hidden layer’s rule was applied to it. Multiply its learning rate by width to the exponent of the diagnosis.',
  },
  'init-unscaled': {
    title: 'initial size too large as width grows',
    explanation:
      'The initial output of its layer grows with width against what theory asks. Multiply its initial standard ' +
      'deviation by width to the exponent of the diagnosis: hidden weights 1/√width, readout 1/width (or zero).',
  },
  'init-overscaled': {
    title: 'initial size too small as width grows',
    explanation:
      'The initial output of its layer vanishes with width. Multiply its initial standard deviation by width to the ' +
      'exponent of the diagnosis: hidden weights 1/√width, input weights constant.',
  },
};

/** Id of a cause: `hidden-rate-unscaled`. */
export function causeId(role: (typeof ROLES)[number], fault: Fault): string {
  return `${role}-${fault}`;
}

/** Every cause the diagnosis can name. */
export const CAUSES: readonly Cause[] = [
  ...ROLES.flatMap((role) =>
    (Object.keys(FAULTS) as Fault[]).map((fault) => ({
      id: causeId(role, fault),
      title: `${role[0]?.toUpperCase()}${role.slice(1)} parameter: ${FAULTS[fault].title}`,
      explanation: FAULTS[fault].explanation,
    })),
  ),
  ...FORWARD_CAUSES,
];

/** The cause of an id. */
export function causeOf(id: string): Cause {
  const cause = CAUSES.find((c) => c.id === id);
  if (cause === undefined) throw new RangeError(`no cause ${id} in the catalogue`);
  return cause;
}
