import { binaries } from './binary.js';
import { blocks } from './blocks.js';
import { complex } from './complex.js';
import { convolution } from './convolution.js';
import { creation } from './creation.js';
import { cumulative } from './cumulative.js';
import { gather } from './gather.js';
import { joining } from './joining.js';
import type { KernelTable } from './kernel.js';
import { matmul } from './matmul.js';
import { moments } from './moments.js';
import { normalization } from './normalization.js';
import { optimizers } from './optimizers.js';
import { padding } from './padding.js';
import { pooling } from './pooling.js';
import { recurrent } from './recurrent.js';
import { reductions } from './reductions.js';
import { resize } from './resize.js';
import { shape } from './shape.js';
import { slicing } from './slicing.js';
import { counting, sorting } from './sorting.js';
import { unaries } from './unary.js';

/** Every TFJS kernel that libtorch computes. */
export const torchKernels: KernelTable = {
  ...unaries,
  ...binaries,
  ...complex,
  ...creation,
  ...reductions,
  ...cumulative,
  ...normalization,
  ...moments,
  ...shape,
  ...joining,
  ...slicing,
  ...padding,
  ...blocks,
  ...gather,
  ...sorting,
  ...counting,
  ...matmul,
  ...convolution,
  ...pooling,
  ...resize,
  ...optimizers,
  ...recurrent,
};
