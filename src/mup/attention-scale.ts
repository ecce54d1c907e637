import { requireSettings } from './settings.js';

/** The sizes that decide how attention logits are scaled. */
export interface AttentionScaleOptions {
  /** Size d of one head here. */
  headSize: number;
  /** Its size at base width; equal to `headSize` unless given: heads of a fixed size, of which a wider model has more. */
  baseHeadSize?: number;
  /** In `sp` the scale is 1/√d whatever the base; `mup` unless given. */
  parametrization?: 'mup' | 'sp';
}

/**
 * What q·kᵀ is multiplied by in attention: √(baseHeadSize) / headSize, which is 1/√d at base width and goes like 1/d.
 *
 * q and k align in training, so that their product of d terms grows like d; 1/√d is right only where d stays.
 * Source: Yang et al., Tensor Programs V, arXiv:2203.03466, attention logits.
 *
 * @throws CoordCheckError SETTING_INVALID for a size that is not above 0
 * @example tf.mul(tf.matMul(q, k, false, true), mup.attentionScale({ headSize: width / heads, baseHeadSize: 16 }))
 */
export function attentionScale({
  headSize,
  baseHeadSize = headSize,
  parametrization = 'mup',
}: AttentionScaleOptions): number {
  requireSettings('mup.attentionScale', { headSize, baseHeadSize }, ['headSize']);
  const standard = 1 / Math.sqrt(headSize);
  return parametrization === 'sp' ? standard : standard * Math.sqrt(baseHeadSize / headSize);
}
