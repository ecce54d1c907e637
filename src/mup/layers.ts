import { tf, type Tensor } from '../engine/tf.js';
import type { HasWidthMultiplier } from './scaling.js';
import { sharedReadout } from './shared-readout.js';

/** TF.js has no name for its Dense class outside its own package; every Dense is made by it. */
const Dense = tf.layers.dense({ units: 1 }).constructor as new (config: DenseConfig) => DenseLayer;

type DenseConfig = Parameters<typeof tf.layers.dense>[0];
type DenseLayer = ReturnType<typeof tf.layers.dense>;

/** A readout's configuration: Dense's own, and µP's. */
export type ReadoutConfig = DenseConfig & {
  /** What the logits are multiplied by at every width; a hyperparameter that transfers. 1 unless given. */
  outputMultiplier?: number;
  /** Starts the kernel at zero, which µP recommends: the initial output then is the same at every width. */
  readoutZeroInit?: boolean;
  /** The same as `readoutZeroInit`. */
  zeroInit?: boolean;
};

/** A Dense layer whose forward pass carries µP's readout multiplier. */
export type ReadoutLayer = DenseLayer & HasWidthMultiplier & { readonly outputMultiplier: number };

/**
 * Dense in the form of Table 8: y = (outputMultiplier / widthMultiplier) · x·W + bias.
 *
 * The input is scaled rather than the output, so that the bias stays as it is, as in the `mup` package's MuReadout.
 * The multiplier is 1 until base shapes are set, and stays 1 in SP and at base width.
 */
class Readout extends Dense implements HasWidthMultiplier {
  static readonly className = 'MupReadout';
  readonly outputMultiplier: number;
  widthMultiplier: number;

  constructor(config: ReadoutConfig & { widthMultiplier?: number }) {
    const isZero = config.readoutZeroInit === true || config.zeroInit === true;
    super(isZero ? { ...config, kernelInitializer: 'zeros' } : config);
    this.outputMultiplier = config.outputMultiplier ?? 1;
    this.widthMultiplier = config.widthMultiplier ?? 1;
  }

  override call(inputs: Tensor | Tensor[], kwargs: Parameters<DenseLayer['call']>[1]): Tensor | Tensor[] {
    const factor = this.outputMultiplier / this.widthMultiplier;
    // Untouched at factor 1, so that the base-width model equals a plain Dense bit for bit.
    if (factor === 1) return super.call(inputs, kwargs);
    return tf.tidy(() => {
      const [input = inputs as Tensor] = Array.isArray(inputs) ? inputs : [inputs];
      return super.call(tf.mul(input, factor), kwargs) as Tensor;
    });
  }

  override getConfig(): ReturnType<DenseLayer['getConfig']> {
    const { outputMultiplier, widthMultiplier } = this;
    return { ...super.getConfig(), outputMultiplier, widthMultiplier };
  }
}

tf.serialization.registerClass(Readout as never);

/**
 * The readout in Table 8's form, for models that keep the framework's initial std and one Adam rate at their output.
 *
 * `mup.parametrize` and `mup.setBaseShapes` set its width multiplier and scale its kernel by Table 8's row
 * (multiplier 1/m, std 1, SGD rate m, Adam rate 1) instead of Table 3's; the training is the same. In SP it is a Dense.
 *
 * @param config - as for `tf.layers.dense`, with `outputMultiplier` and `readoutZeroInit`
 */
export function readout(config: ReadoutConfig): ReadoutLayer {
  return new Readout(config);
}

/** Layers that carry a µP multiplier in their forward pass. */
export const layers = { readout, sharedReadout };
