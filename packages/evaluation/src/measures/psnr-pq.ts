import { encodePq, LINEAR_PEAK, type Picture } from '@sandwich/pictures';
import type { Measure } from '../measure.js';
import { meanOverItems } from './mean.js';
import { MAX_PSNR } from './psnr.js';

const LARGEST = 65535;
let tabulated: Float64Array | undefined;

/** PQ of every sample of linear light. */
function pqOfSamples(): Float64Array {
  tabulated ??= Float64Array.from({ length: LARGEST + 1 }, (_, x) => encodePq((LINEAR_PEAK * x) / LARGEST));
  return tabulated;
}

/**
 * PSNR in PQ (SMPTE ST 2084), where errors count about as they are seen, of pictures in linear light (`linearSamples`): mean over pictures, against full PQ,
 * 10,000 cd/m2; at most 100 dB. Null for other pictures.
 */
export const pqPsnr: Measure<Picture> = {
  key: 'psnr-pq',
  label: 'mean PSNR in PQ',
  unit: 'dB',
  better: 'more',
  digits: 2,
  async perItem({ data, transfer }, outputs) {
    if (transfer !== 'linear') return outputs.map(() => null);
    const pq = pqOfSamples();
    return outputs.map((output) => {
      let error = 0;
      for (let i = 0; i < data.length; i++) error += (pq[data[i]] - pq[output.data[i]]) ** 2;
      return [Math.min(10 * Math.log10(data.length / error), MAX_PSNR)];
    });
  },
  aggregate: meanOverItems,
};
