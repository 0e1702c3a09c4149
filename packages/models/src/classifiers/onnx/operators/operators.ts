import type { Operator } from '../graph-node.js';
import { convolution } from './convolution.js';
import { elementwise } from './elementwise.js';
import { indexing } from './indexing.js';
import { matrices } from './matrices.js';
import { normalization } from './normalization.js';
import { pooling } from './pooling.js';
import { reductions } from './reductions.js';
import { shapes } from './shapes.js';

/** All operators that can be computed, by ONNX's names; `Constant`, which needs nothing, is none of them. */
export const operators: Readonly<Record<string, Operator>> = {
  ...convolution,
  ...elementwise,
  ...indexing,
  ...matrices,
  ...normalization,
  ...pooling,
  ...reductions,
  ...shapes,
};
