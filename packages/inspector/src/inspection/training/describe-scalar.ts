import type { TrainingCurve } from '../../inspection.js';

type Description = Pick<TrainingCurve, 'label' | 'isMain' | 'isExact'>;

const EXACT = ['learningRate', 'tensors'];

/** In the order in which they are shown. */
const KNOWN: [key: string, label: string, isMain: boolean][] = [
  ['loss', 'Loss', true],
  ['validationLoss', 'Loss of the images held back', true],
  ['psnr', 'PSNR of the mean error, dB', true],
  ['ssim', 'SSIM', true],
  ['accuracy', 'Share of pictures recognised', true],
  ['bpp', 'Estimated bits per pixel', true],
  ['learningRate', 'Learning rate', true],
  ['mse', 'Mean squared error', false],
  ['rangePenalty', 'Range penalty', false],
  ['qstep', 'Quantiser step', false],
  ['stepsPerSecond', 'Steps per second', false],
  ['shareWaited', 'Share of time waited for images', false],
  ['tensors', 'Tensors', false],
  ['residentMiB', 'Memory, MiB', false],
];

/** How a scalar of a training is called; one that is not known by its key. */
export function describeScalar(key: string): Description & { order: number } {
  const order = KNOWN.findIndex(([known]) => known === key);
  if (order < 0) return { label: key, isMain: false, isExact: false, order: KNOWN.length };
  const [, label, isMain] = KNOWN[order];
  return { label, isMain, isExact: EXACT.includes(key), order };
}
