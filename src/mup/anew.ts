import { tf, type Optimizer } from '../engine/tf.js';
import { requireSettings } from './settings.js';

/** How each optimizer of ours is made. */
const MAKERS = new WeakMap<Optimizer, () => Optimizer>();

const INHERITED: unknown = tf.serialization.Serializable.fromConfig;

/** What TF.js's own optimizers are made anew by. */
interface Configurable {
  constructor: { fromConfig?(cls: unknown, config: object): Optimizer };
}

/**
 * Makes an optimizer of some settings, and remembers how, for {@link anew}.
 *
 * @param where - whose settings they are, for the message
 * @throws CoordCheckError SETTING_INVALID
 */
export function made<O extends Optimizer>(where: string, settings: { learningRate: number }, make: () => O): O {
  requireSettings(where, settings, ['learningRate']);
  return remembered(make(), make);
}

/** Remembers how an optimizer is made, for {@link anew}; returns it. */
export function remembered<O extends Optimizer>(optimizer: O, make: () => Optimizer): O {
  MAKERS.set(optimizer, make);
  return optimizer;
}

/**
 * An optimizer with the settings of another and no state: as that one was when it was made.
 *
 * @returns the given one itself where its class has no way of its own to be made from its settings
 */
export function anew(optimizer: Optimizer): Optimizer {
  const make = MAKERS.get(optimizer);
  if (make !== undefined) return remembered(make(), make);
  const { fromConfig } = (optimizer as unknown as Configurable).constructor;
  // What every class inherits calls its constructor with all settings as one object.
  const isOwn = fromConfig !== undefined && fromConfig !== INHERITED;
  return isOwn ? fromConfig(optimizer.constructor, optimizer.getConfig()) : optimizer;
}
