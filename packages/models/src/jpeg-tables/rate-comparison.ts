import { entropyRate, gaussianRate, geometricRate, logMagnitude, runLengthRate } from '@sandwich/codec-proxy';
import { encodeJpeg, jpegScanSize, scaledTables } from '@sandwich/codecs';
import { tf } from '@sandwich/engine';
import type { Picture } from '@sandwich/pictures';
import { LearnedDensities } from './learned-densities.js';
import { countLevels, type LevelCounts } from './level-counts.js';
import { type PicturePlanes, picturePlanes } from './picture-planes.js';

/** How well a rate model tells what files of several pictures take, at one quality. */
export interface RateFit {
  /** Pearson's, across pictures. */
  correlation: number;
  /** Mean of |estimate - bits| / bits, after scaling where a model does not claim bits. */
  relativeError: number;
}

/** Rate models against real scans, by the model's name a fit for each quality. */
export interface RateComparison {
  qualities: number[];
  fits: Record<string, RateFit[]>;
}

/** Hardness at which J4D trains and estimates, in units of squared coefficients. */
const J4D_ALPHA = 100;

/** Estimates of one picture, by name. */
const models: Record<string, (planes: PicturePlanes) => tf.Tensor1D> = {
  'entropy (J4D)': (planes) => entropyRate({ alpha: J4D_ALPHA })(planes),
  geometric: ({ levels }) => geometricRate(levels),
  gaussian: ({ levels }) => gaussianRate(levels),
  'log magnitude': ({ levels }) => tf.addN(levels.map(logMagnitude)),
  'run lengths (AutoJPEG)': ({ levels }) => runLengthRate(levels),
};
const LEARNED = 'learned densities (Luo et al.)';
/** How many times as long Luo's densities learn at the first quality. */
const FIRST = 20;
/** Models that do not claim bits. */
const SCALED = ['log magnitude'];

/**
 * Compares rate models with the entropy-coded scans of real 4:4:4 files with optimised Huffman codes, at qualities of Annex K's tables. Luo's
 * densities go on learning from quality to quality, as they do while tables move.
 *
 * @param pictures of one size
 */
export async function compareRateModels(
  pictures: readonly Picture<Uint8Array>[],
  qualities: readonly number[],
  { onQuality = () => {}, steps = 20 }: { onQuality?(quality: number): void; steps?: number } = {},
): Promise<RateComparison> {
  const fits: RateComparison['fits'] = Object.fromEntries([...Object.keys(models), LEARNED].map((name) => [name, []]));
  const learned = new LearnedDensities();
  try {
    for (const [place, quality] of qualities.entries()) {
      const estimates: Record<string, number[]> = Object.fromEntries(Object.keys(fits).map((name) => [name, []]));
      const real: number[] = [];
      const kept: LevelCounts[][] = [];
      for (const picture of pictures) {
        const file = encodeJpeg(picture, {
          tables: scaledTables(quality),
          subsampling: '4:4:4',
          optimizeHuffman: true,
        });
        real.push(8 * jpegScanSize(file));
        tf.tidy(() => {
          const planes = picturePlanes(picture, scaledTables(quality));
          for (const [name, model] of Object.entries(models)) estimates[name].push(model(planes).dataSync()[0]);
          kept.push(planes.levels.map(countLevels));
        });
      }
      await learned.train(kept, place === 0 ? FIRST * steps : steps);
      estimates[LEARNED] = learned.bits(kept);
      for (const [name, values] of Object.entries(estimates))
        fits[name].push(fitOf(values, real, SCALED.includes(name)));
      onQuality(quality);
    }
  } finally {
    learned.dispose();
  }
  return { qualities: [...qualities], fits };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How well estimates fit bits. @param scaled whether estimates are scaled to the bits first, in proportion */
export function fitOf(estimates: readonly number[], bits: readonly number[], scaled = false): RateFit {
  const [x, y] = [mean(estimates), mean(bits)];
  const sum = (f: (i: number) => number) => bits.reduce((total, _, i) => total + f(i), 0);
  const covariance = sum((i) => (estimates[i] - x) * (bits[i] - y));
  const correlation = covariance / Math.sqrt(sum((i) => (estimates[i] - x) ** 2) * sum((i) => (bits[i] - y) ** 2));
  const factor = scaled ? y / x : 1;
  return { correlation, relativeError: mean(bits.map((b, i) => Math.abs(factor * estimates[i] - b) / b)) };
}
