/**
 * Public data sets by manifest, and generated images.
 *
 * @module @sandwich/data
 */

export type { Batch, BatchStream, Share } from './batch-stream.js';
export { datasetFiles } from './dataset-files.js';
export { type FetchOptions, fetchDataset, fetchFiles } from './fetch-dataset.js';
export { type MakeSyntheticImagesOptions, makeSyntheticImages } from './make-synthetic-images.js';
export { type Dataset, type DatasetFile, manifest } from './manifest.js';
export { Random } from './random.js';

export { type SynthesizeOptions, synthesizeImage } from './synthesize-image.js';
