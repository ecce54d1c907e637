import type { Role } from '../parametrization/role.js';
import type { Diagnosis } from './result.js';

/** A likely cause the diagnosis can name. */
export interface Cause {
  id: string;
  title: string;
  /** For `coordcheck explain`: what goes wrong, and what to change. */
  explanation: string;
}

/** What can be wrong with one parameter's scaling. */
export type Fault = RoleFault | WholeFault;

type RoleFault = `${'rate' | 'init' | 'multiplier'}-${'unscaled' | 'overscaled'}`;

/** Faults that are a cause of their own, whatever the parameter's role: of the training loop, and of tied readouts. */
type WholeFault = 'epsilon-unscaled' | 'rate-overwritten' | 'decay-unscaled' | 'tied-readout-unscaled';

const ROLES = ['input', 'hidden', 'readout', 'vector', 'scalar'] as const satisfies readonly Role[];

interface FaultText {
  title: string;
  explanation: string;
  /** Which exponent mends it. */
  fix: keyof Diagnosis['fix'];
}

const ROLE_FAULTS: Record<RoleFault, FaultText> = {
  'rate-unscaled': {
    title: 'learning rate too large as width grows',
    explanation:
      'Its update does more to its layer the wider the model. Give it its own learning rate, multiplied by width to ' +
      'the exponent of the diagnosis, for example through the optimizers of coordcheck/mup.',
    fix: 'learningRateExponent',
  },
  'rate-overscaled': {
    title: 'learning rate too small as width grows',
    explanation:
      'Its update does less to its layer the wider the model, so that it ends up frozen at its initial value. Often a ' +
      'hidden layer’s rule was applied to it. Multiply its learning rate by width to the exponent of the diagnosis.',
    fix: 'learningRateExponent',
  },
  'init-unscaled': {
    title: 'initial size too large as width grows',
    explanation:
      'The initial output of its layer grows with width against what theory asks. Multiply its initial standard ' +
      'deviation by width to the exponent of the diagnosis: hidden weights 1/√width, readout 1/width (or zero).',
    fix: 'initExponent',
  },
  'init-overscaled': {
    title: 'initial size too small as width grows',
    explanation:
      'The initial output of its layer vanishes with width. Multiply its initial standard deviation by width to the ' +
      'exponent of the diagnosis: hidden weights 1/√width, input weights constant.',
    fix: 'initExponent',
  },
  'multiplier-unscaled': {
    title: 'output too large as width grows, at init and in training alike',
    explanation:
      'Its initial output and its update are both too large by the same power of width (under SGD the update by its ' +
      'square): one factor in the forward pass is missing or too many, such as a readout’s 1/width, or an embedding ' +
      'multiplied by √width. Multiply its output by width to the exponent of the diagnosis, for a readout with ' +
      'mup.layers.readout; or, which is the same training, multiply initial size and rate by it (the rate by its square ' +
      'under SGD).',
    fix: 'multiplierExponent',
  },
  'multiplier-overscaled': {
    title: 'output too small as width grows, at init and in training alike',
    explanation:
      'Its initial output and its update both shrink by the same power of width (under SGD the update by its square): ' +
      'a factor in the forward pass shrinks with width that should not, such as an NTK multiplier on top of 1/√fan-in. ' +
      'Multiply its output by width to the exponent of the diagnosis.',
    fix: 'multiplierExponent',
  },
};

const WHOLE_FAULTS: Record<WholeFault, FaultText> = {
  'epsilon-unscaled': {
    title: 'Epsilon: not small against gradients that fall with width',
    explanation:
      'An adaptive optimizer’s update is g / (|g| + ε). Gradients of all but the readout fall with width; where ε does not ' +
      'fall with them it takes over, and the update shrinks as the gradient does. The diagnosis stands on the gradients ' +
      'measured. Make ε smaller, or multiply it by width to the exponent of the diagnosis, as mup.adam does.',
    fix: 'epsilonExponent',
  },
  'rate-overwritten': {
    title: 'Learning rate: its scaling is lost after the first step',
    explanation:
      'At the first step the rate is right, later its power of width is another: a scheduler or a training loop writes ' +
      'one rate into every parameter group. Let the schedule multiply each group’s rate, for example with mup.schedule. The ' +
      'exponent of the diagnosis, where there is one, is what the later rates have to be multiplied by.',
    fix: 'learningRateExponent',
  },
  'decay-unscaled': {
    title: 'Weight decay: its share changes with width',
    explanation:
      'What decay takes in a step is rate × decay where the two are coupled, as in AdamW. Where the rate falls with width ' +
      'the decay has to be multiplied by what the rate was divided by. Multiply it by width to the exponent of the ' +
      'diagnosis, as mup.adamW does, or take it independently of the rate.',
    fix: 'weightDecayExponent',
  },
  'tied-readout-unscaled': {
    title: 'Tied readout: its output is not divided by the width',
    explanation:
      'A readout that shares its matrix with an embedding keeps the embedding’s initial size and rate, which are right ' +
      'there and too large here: what it sums over the width grows. Multiply its output by width to the exponent of ' +
      'the diagnosis, for example with mup.layers.sharedReadout; its initial size and rate stay as they are.',
    fix: 'multiplierExponent',
  },
};

/** The one fault that no parameter answers for. */
const ATTENTION: Cause = {
  id: 'attention-logits-unscaled',
  title: 'Attention: logits are not divided by a head size that grows',
  explanation:
    'At initialization q and k are independent, so that q·k is √d large; once trained they are aligned, and q·k grows ' +
    'like d. Where the head size grows with width the logits must be divided by d, not by √d. Multiply them by width ' +
    'to the exponent of the diagnosis, for example with mup.attentionScale.',
};

/** What is off without any initial size, multiplier, rate or epsilon of its own being so. */
const UNKNOWN: Cause = {
  id: 'unknown',
  title: 'Unknown: no initial size, multiplier or rate explains what was measured',
  explanation:
    'Sizes change with width although every initial size, multiplier and rate that could be read off is as µP has it. ' +
    'What scales the gradient itself is not seen: a loss that averages or sums over the width, gradients clipped to a ' +
    'norm under SGD, a gradient of one’s own. Or a slope is off by so little, or so much in one place only, that two ' +
    'causes fit it alike; more widths and seeds then tell them apart.',
};

/** Id of a fault's cause: `hidden-rate-unscaled`, `epsilon-unscaled`. */
export function causeId(role: Role, fault: Fault): string {
  return isWhole(fault) ? fault : `${role}-${fault}`;
}

/**
 * What mends a fault of this exponent.
 *
 * Later updates that are too small are hidden behind the first, so that no power of theirs can be read off their sum.
 */
export function fixOf(fault: Fault, exponent: number): Diagnosis['fix'] {
  if (fault === 'rate-overwritten' && exponent < 0) return {};
  const { fix } = isWhole(fault) ? WHOLE_FAULTS[fault] : ROLE_FAULTS[fault];
  return { [fix]: -exponent + 0 };
}

/** Whether a fault lies in the training loop, which treats all uses of a parameter alike. */
export function isOfOptimizer(fault: Fault): boolean {
  return isWhole(fault) && fault !== 'tied-readout-unscaled';
}

function isWhole(fault: Fault): fault is WholeFault {
  return fault in WHOLE_FAULTS;
}

/** Every cause the diagnosis can name. Nothing multiplies a vector or a scalar but itself. */
export const CAUSES: readonly Cause[] = [
  ...ROLES.flatMap((role) =>
    (Object.keys(ROLE_FAULTS) as RoleFault[])
      .filter((fault) => !fault.startsWith('multiplier') || (role !== 'vector' && role !== 'scalar'))
      .map((fault) => ({
        id: causeId(role, fault),
        title: `${role[0]?.toUpperCase()}${role.slice(1)} parameter: ${ROLE_FAULTS[fault].title}`,
        explanation: ROLE_FAULTS[fault].explanation,
      })),
  ),
  ...Object.entries(WHOLE_FAULTS).map(([id, { title, explanation }]) => ({ id, title, explanation })),
  ATTENTION,
  UNKNOWN,
];

/** The cause of an id. */
export function causeOf(id: string): Cause {
  const cause = CAUSES.find((c) => c.id === id);
  if (cause === undefined) throw new RangeError(`no cause ${id} in the catalogue`);
  return cause;
}
