// Makes `x.matMul(y)` and the other chained methods visible to the type checker, here and in what users import.
/// <reference types="@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js" preserve="true" />
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { registerChainedOps } from './chained-ops.js';

/** The one TF.js of this process: core operations and the layers API in one namespace, as `@tensorflow/tfjs` has them. */
export type Tf = Omit<typeof core, 'default'> & Omit<typeof layers, 'default'>;

/** The one TF.js instance every other module and the user's model get; its tensors have the chained methods. */
export const tf: Tf = { ...core, ...layers };

registerChainedOps(core);

export type { Tensor, Variable, Optimizer, Scalar, TensorContainer, NamedTensorMap } from '@tensorflow/tfjs-core';
export type { LayersModel } from '@tensorflow/tfjs-layers';
