import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import type { KernelTable } from './kernel.js';
import { matmul } from './matmul.js';
import { reductions } from './reductions.js';
import { resize } from './resize.js';
import { shape } from './shape.js';

/** Every TFJS kernel that the `torch` backend has. */
export const torchKernels: KernelTable = {
  ...elementwise,
  ...reductions,
  ...shape,
  ...matmul,
  ...convolution,
  ...resize,
};
