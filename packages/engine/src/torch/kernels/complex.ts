import type { Kernel, KernelTable } from './kernel.js';

const part =
  (operator: string): Kernel =>
  ({ backend, inputs: { input } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(input)), input.shape, 'float32');

const transform =
  (operator: string): Kernel =>
  ({ backend, inputs: { input } }) =>
    backend.wrap(backend.call(operator, backend.handleOf(input), null, -1), input.shape, 'complex64');

export const complex: KernelTable = {
  Complex: ({ backend, inputs: { real, imag } }) =>
    backend.wrap(backend.call('complex', backend.handleOf(real), backend.handleOf(imag)), real.shape, 'complex64'),
  ComplexAbs: ({ backend, inputs: { x } }) =>
    backend.wrap(backend.call('abs', backend.handleOf(x)), x.shape, 'float32'),
  Real: part('real'),
  Imag: part('imag'),
  FFT: transform('fft_fft'),
  IFFT: transform('fft_ifft'),
};
