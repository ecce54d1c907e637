// Makes `x.matMul(y)` and the other chained methods visible to the type checker, here and in what users import.
/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js" preserve="true" />
import { createRequire } from 'node:module';
import type * as TfCore from '@tensorflow/tfjs-core';
import type * as TfLayers from '@tensorflow/tfjs-layers';
import { registerChainedOps } from './chained-ops.js';

/**
 * Loads one of TF.js's packages, which are CommonJS.
 *
 * Required, not imported: an import has Node look for the names such a module exports, which takes three times as long
 * as running it: 150 ms in every process. And at run time nothing but this file names TF.js's core.
 */
export const requireTfjs = createRequire(import.meta.url) as (name: `@tensorflow/${string}`) => unknown;

const core = requireTfjs('@tensorflow/tfjs-core') as typeof TfCore;
const layers = requireTfjs('@tensorflow/tfjs-layers') as typeof TfLayers;

/** The one TF.js of this process: core operations and the layers API in one namespace, as `@tensorflow/tfjs` has them. */
export type Tf = Omit<typeof TfCore, 'default'> & Omit<typeof TfLayers, 'default'>;

/** The one TF.js instance every other module and the user's model get; its tensors have the chained methods. */
export const tf: Tf = { ...core, ...layers };

registerChainedOps(core);

/** A tensor as floats: TF.js casts what is of another type, and calls a kernel for what is not, too. */
export function asFloats(x: TfCore.Tensor): TfCore.Tensor {
  return x.dtype === 'float32' ? x : tf.cast(x, 'float32');
}

export type { Tensor, Variable, Optimizer, Scalar, TensorContainer, NamedTensorMap } from '@tensorflow/tfjs-core';
export type { LayersModel } from '@tensorflow/tfjs-layers';
