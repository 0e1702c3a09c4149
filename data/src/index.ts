/**
 * Data sets as sources of batches: photographs, labelled pictures; public data sets by manifest; generated images.
 *
 * @module @sandwich/data
 */

export type { Batch, BatchStream, Share } from './batch-stream.js';
export { checkEvaluationImages } from './check-evaluation-images.js';
export { datasetFiles } from './fetch/dataset-files.js';
export { type FetchOptions, fetchDataset, fetchFiles } from './fetch/fetch-dataset.js';
export { type Dataset, type DatasetFile, manifest } from './fetch/manifest.js';
export { dataFolder, evaluationImages, type ImageSource, trainingImages } from './image-source.js';
export { readCifar } from './labelled/cifar.js';
export { openClassFolders } from './labelled/class-folders.js';
export { openLabelledList } from './labelled/labelled-list.js';
export type { LabelledOptions } from './labelled/labelled-options.js';
export { type LabelledPictures, selectPictures } from './labelled/labelled-pictures.js';
export { checkLabelledSettings, type LabelledSettings, labelledSettings } from './labelled/labelled-settings.js';
export { type LabelledStreamOptions, openLabelledStream } from './labelled/labelled-stream.js';
export { openNumberedPictures } from './labelled/numbered-pictures.js';
export { openLabelledPictures } from './labelled/open-labelled-pictures.js';
export { mapConcurrently } from './map-concurrently.js';
export type { ColorChanges } from './photographs/change-colors.js';
export { type CheckPhotographsOptions, checkPhotographs } from './photographs/check-photographs.js';
export { type CropSettings, checkCropSettings, cropSettings } from './photographs/crop-settings.js';
export type { FlatCropRule } from './photographs/draw-crop.js';
export { findImages } from './photographs/find-images.js';
export {
  type Crops,
  type DatasetOptions,
  DEFAULT_CACHE_BYTES,
  DEFAULT_CONCURRENCY,
  type ImageDataset,
} from './photographs/image-dataset.js';
export { assertConvertible, assertSdr, type Light, loadImage, readImageHeader } from './photographs/load-image.js';
export { openDataset } from './photographs/open-dataset.js';
export type { PhotographData } from './photographs/photograph-data.js';
export {
  checkPhotographSettings,
  cutSide,
  leastSide,
  type PhotographSettings,
  photographSettings,
} from './photographs/photograph-settings.js';
export { openPhotographStream, type PhotographStreamOptions } from './photographs/photograph-stream.js';
export { type ReduceImagesOptions, reduceImages } from './photographs/reduce-images.js';
export { assertSomeUsable, type Wanted } from './photographs/usable-header.js';
export { Random } from './random.js';
export { repeatFirst } from './repeat-first.js';
export { type MakeSyntheticImagesOptions, makeSyntheticImages } from './synthetic/make-synthetic-images.js';
export { openShapeStream, type ShapeStreamOptions } from './synthetic/shape-stream.js';
export { type SynthesizeOptions, synthesizeImage } from './synthetic/synthesize-image.js';
export { type ShapeOptions, type ShapePicture, shapeClasses, synthesizeShapes } from './synthetic/synthesize-shapes.js';
