import type { Addon } from './addon.js';

/** Milliseconds of the same convolution in both precisions. */
export interface ConvolutionTimes {
  fp32: number;
  bf16: number;
}

const ROUNDS = 5;
/** [N, C, H, W] and [out, in, 3, 3]: as in the networks at full size, and done in some milliseconds. */
const IMAGES = [2, 32, 64, 64];
const FILTER = [32, 32, 3, 3];

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Times a convolution on the CPU, the fastest of a few in turns; the precision of the addon is bf16 afterwards. */
export function timeConvolutions(addon: Addon): ConvolutionTimes {
  const convolution = addon.findOperator('aten::convolution', '');
  const images = addon.fromHost(new Float32Array(size(IMAGES)).fill(0.5), IMAGES);
  const filter = addon.fromHost(new Float32Array(size(FILTER)).fill(0.01), FILTER);
  const times: ConvolutionTimes = { fp32: Number.POSITIVE_INFINITY, bf16: Number.POSITIVE_INFINITY };
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const precision of ['fp32', 'bf16'] as const) {
        addon.setPrecision(precision);
        const start = performance.now();
        const result = addon.callOperator(
          convolution,
          ...[images, filter, null, [1, 1], [1, 1], [1, 1], false, [0, 0], 1],
        );
        times[precision] = Math.min(times[precision], performance.now() - start);
        addon.release([result as number]);
      }
    }
    return times;
  } finally {
    addon.release([images, filter]);
  }
}

/** One line of advice where bf16 is the slower of the two. */
export function bf16Warning({ fp32, bf16 }: ConvolutionTimes): string[] {
  if (bf16 <= fp32) return [];
  const ratio = (bf16 / fp32).toFixed(1);
  return [
    `engine: on this processor, with this libtorch, a convolution in bf16 takes ${ratio} times as long as in fp32; leave out --precision bf16`,
  ];
}
