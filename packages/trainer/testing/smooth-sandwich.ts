import { fileURLToPath } from 'node:url';
import { EncodeDecodeIntra, roundings } from '@sandwich/codec-proxy';
import { defineExperiment } from '@sandwich/models';
import tinySandwich from './tiny-sandwich.js';

/**
 * The tiny sandwich without steps: neither does it round, nor count the bits of files. Sums in another order, as other processors
 * and other numbers of processes make them, change its results by as little as the sums.
 */
export default defineExperiment({
  ...tinySandwich,
  sandwich: (settings) => {
    const { proxy, ...rest } = tinySandwich.sandwich(settings);
    const { options: published } = proxy as EncodeDecodeIntra;
    const options = { ...published, roundingFn: roundings.sine, useJpegRateModel: false };
    proxy?.dispose();
    return { ...rest, proxy: new EncodeDecodeIntra(options) };
  },
});

/** Where this experiment lies. */
export const smoothSandwichFile = fileURLToPath(import.meta.url);
