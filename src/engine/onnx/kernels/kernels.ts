import { convolutionKernels } from './convolution.js';
import { elementwiseKernels } from './elementwise.js';
import { gatheringKernels } from './gathering.js';
import type { KernelTable } from './kernel.js';
import { matrixKernels } from './matrix.js';
import { poolingKernels } from './pooling.js';
import { reductionKernels } from './reductions.js';
import { resizingKernels } from './resizing.js';
import { shapeKernels } from './shape.js';

/** Every kernel this engine has; all others are forwarded to cpu. */
export const KERNELS: KernelTable = {
  ...elementwiseKernels,
  ...reductionKernels,
  ...matrixKernels,
  ...shapeKernels,
  ...gatheringKernels,
  ...convolutionKernels,
  ...poolingKernels,
  ...resizingKernels,
};
