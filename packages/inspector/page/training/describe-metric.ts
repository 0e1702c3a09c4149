interface MetricDescription {
  label: string;
  /** Shown without being asked for. */
  isMain: boolean;
  order: number;
  /** Without noise, so that there is nothing to smooth. */
  isExact?: boolean;
}

const EXACT = ['learningRate', 'tensors'];

const KNOWN: [key: string, label: string, isMain: boolean][] = [
  ['loss', 'Loss', true],
  ['validationLoss', 'Loss of the images held back', true],
  ['psnr', 'PSNR of the mean error, dB', true],
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

/** How a scalar of a training is called and where it stands; one that is not known here is called by its key. */
export function describeMetric(key: string): MetricDescription {
  const order = KNOWN.findIndex(([known]) => known === key);
  if (order < 0) return { label: key, isMain: false, order: KNOWN.length };
  const [, label, isMain] = KNOWN[order];
  return { label, isMain, order, isExact: EXACT.includes(key) };
}
