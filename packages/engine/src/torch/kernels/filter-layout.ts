import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';

/** How a filter of TFJS's layout, spatial axes, then input and output channels, is one of ATen's and back. */
export interface FilterLayout {
  toAten(backend: TorchBackend, filter: Handle, shape: number[]): Handle;
  fromAten(backend: TorchBackend, weight: Handle, shape: number[]): Handle;
  atenShape(shape: number[]): number[];
}

/** Output channels first and the rest as it was, which is ATen's channels-last layout: one transposition of a matrix. */
function channelsLast(backend: TorchBackend, filter: Handle, shape: number[]): Handle {
  const outChannels = shape.at(-1)!;
  const matrix = backend.call('reshape', filter, [-1, outChannels]);
  const transposed = backend.call('contiguous', backend.call('t', matrix));
  const spatial = shape.slice(0, -1);
  return backend.call(
    'permute',
    backend.call('reshape', transposed, [outChannels, ...spatial]),
    spatial.length === 3 ? [0, 3, 1, 2] : [0, 4, 1, 2, 3],
  );
}

export const dense: FilterLayout = {
  toAten: channelsLast,
  fromAten: (backend, weight, { length }) =>
    backend.call('permute', weight, length === 4 ? [2, 3, 1, 0] : [2, 3, 4, 1, 0]),
  atenShape: (shape) => [shape.at(-1)!, shape.at(-2)!, ...shape.slice(0, -2)],
};

/** Every input channel has filters of its own: [H, W, C, M] is [C M, 1, H, W] in C groups. */
export const depthwise: FilterLayout = {
  toAten: (backend, filter, shape) =>
    backend.call('reshape', backend.call('permute', filter, [2, 3, 0, 1]), depthwise.atenShape(shape)),
  fromAten: (backend, weight, [height, width, channels, multiplier]) =>
    backend.call('permute', backend.call('reshape', weight, [channels, multiplier, height, width]), [2, 3, 0, 1]),
  atenShape: ([height, width, channels, multiplier]) => [channels * multiplier, 1, height, width],
};
