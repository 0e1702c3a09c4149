/**
 * Whole systems: the sandwich of networks around a codec, quantisation tables of JPEG, a learned codec, recognisers.
 *
 * @module @sandwich/models
 */

export {
  type AttackedPlace,
  type AttackGridSettings,
  type AttackOutcome,
  type AttackPlace,
  attackAt,
  attackPlaces,
  recognisedInFiles,
} from './attacks/attack-grid.js';
export {
  attackSuccess,
  meanAttackInterval,
  meanAttackSuccess,
  type Share as AttackShare,
} from './attacks/attack-success.js';
export {
  type AttackMethod,
  type AttackOptions,
  attackMethods,
  attackThroughJpeg,
} from './attacks/attack-through-jpeg.js';
export { type AttackedJpeg, diffJpegGradients, type JpegGradient, jpegGradients } from './attacks/jpeg-gradients.js';
export { checkLabels } from './classifiers/check-labels.js';
export { checkRecognisable } from './classifiers/check-recognisable.js';
export { classifierWeightsFile } from './classifiers/classifier-weights.js';
export { crossEntropy } from './classifiers/cross-entropy.js';
export {
  type ClassifierName,
  type ClassifierOptions,
  classifierNames,
  loadClassifier,
} from './classifiers/load-classifier.js';
export type { Normalization } from './classifiers/normalization.js';
export { loadOnnxClassifier, type OnnxClassifierOptions } from './classifiers/onnx/load-onnx-classifier.js';
export type { Recogniser } from './classifiers/recogniser.js';
export {
  defineSegmenter,
  type SegmenterExperiment,
  type SegmenterSettings,
  segmenterSettings,
} from './classifiers/segmentation/define-segmenter.js';
export { Segmenter, type SegmenterArchitecture } from './classifiers/segmentation/segmenter.js';
export { segmenterKind, segmentingRecogniser } from './classifiers/segmentation/segmenter-kind.js';
export { Classifier, type ClassifierArchitecture } from './classifiers/training/classifier.js';
export { classifierKind, trainedRecogniser } from './classifiers/training/classifier-kind.js';
export { type ClassifierSettings, classifierSettings } from './classifiers/training/classifier-settings.js';
export {
  type ClassifierDefinition,
  type ClassifierExperiment,
  defineClassifier,
} from './classifiers/training/define-classifier.js';
export {
  type CodebookKernel,
  codebookRange,
  type DcnArchitecture,
  dcnDefaults,
  type LatentRounding,
} from './dcn/architecture.js';
export { Dcn, type DcnOutputs } from './dcn/dcn.js';
export { dcnKind } from './dcn/dcn-kind.js';
export { DcnProxy, type DcnProxyDescription } from './dcn/dcn-proxy.js';
export { ConvolutionsAlone } from './dcn/network/convolutions-alone.js';
export type { ConvolutionLayer, DepthToSpaceLayer, Layer, ResidualLayer } from './dcn/network/layers.js';
export type { Network } from './dcn/network/network.js';
export { dcnDecoderOnnx, dcnEncoderOnnx } from './dcn/onnx/dcn-onnx.js';
export { channelPictures } from './dcn/picture-codec/channel-pictures.js';
export { DcnCodec, type DcnEncodeOptions } from './dcn/picture-codec/dcn-codec.js';
export { dcnDriver } from './dcn/picture-codec/dcn-driver.js';
export { type Gains, GainUnits } from './dcn/quantizer/gain-units.js';
export { type SoftCodebook, softCodebook } from './dcn/quantizer/soft-codebook.js';
export { type GraphConstant, type GraphNode, readFrozenGraph } from './dcn/tensorflow/frozen-graph.js';
export { buildPublishedDcn, type PublishedDcn, readPublishedDcn } from './dcn/tensorflow/published-dcn.js';
export { type DcnLossSettings, dcnLoss } from './dcn/training/dcn-objective.js';
export { type DcnSettings, dcnSettings } from './dcn/training/dcn-settings.js';
export { type DcnExperiment, defineDcn } from './dcn/training/define-dcn.js';
export {
  type FactorizedPriorArchitecture,
  factorizedPriorDefaults,
} from './factorized-prior/architecture.js';
export { FactorizedPrior, type FactorizedPriorOutputs } from './factorized-prior/factorized-prior.js';
export { factorizedPriorKind } from './factorized-prior/factorized-prior-kind.js';
export { type GdnParameters, gdn } from './factorized-prior/network/gdn.js';
export type {
  DownLayer,
  Layer as FactorizedPriorLayer,
  NormalizationLayer,
  UpLayer,
} from './factorized-prior/network/layers.js';
export type { Transform } from './factorized-prior/network/transform.js';
export {
  factorizedPriorDecoderOnnx,
  factorizedPriorEncoderOnnx,
} from './factorized-prior/onnx/factorized-prior-onnx.js';
export type { LatentLevels } from './factorized-prior/picture-codec/code-in-tiles.js';
export {
  FactorizedPriorCodec,
  type FactorizedPriorCodecOptions,
} from './factorized-prior/picture-codec/factorized-prior-codec.js';
export { factorizedPriorDriver } from './factorized-prior/picture-codec/factorized-prior-driver.js';
export {
  defineFactorizedPrior,
  type FactorizedPriorExperiment,
} from './factorized-prior/training/define-factorized-prior.js';
export { factorizedPriorLoss } from './factorized-prior/training/factorized-prior-objective.js';
export {
  type FactorizedPriorSettings,
  factorizedPriorSettings,
} from './factorized-prior/training/factorized-prior-settings.js';
export { codeWithTables, type TableCodingOptions } from './jpeg-tables/code-with-tables.js';
export {
  defineJpegTables,
  type JpegTablesDefinition,
  type JpegTablesExperiment,
} from './jpeg-tables/define-jpeg-tables.js';
export { exportedTables } from './jpeg-tables/exported-tables.js';
export { fileTables } from './jpeg-tables/file-tables.js';
export type { InitialTables } from './jpeg-tables/initial-tables.js';
export type { CountedBits, Estimate } from './jpeg-tables/j4d/accuracy-curve.js';
export { codeSoftly, type SoftCodingOptions } from './jpeg-tables/j4d/code-softly.js';
export { dctSensitivities, type SensitivityOptions } from './jpeg-tables/j4d/dct-sensitivities.js';
export { defineJ4d, type J4dDefinition, type J4dExperiment } from './jpeg-tables/j4d/define-j4d.js';
export { openJ4dObjective } from './jpeg-tables/j4d/j4d-objective.js';
export { openJ4dPictures } from './jpeg-tables/j4d/j4d-pictures.js';
export { commonJ4dSettings, type J4dSettings, j4dDefaults } from './jpeg-tables/j4d/j4d-settings.js';
export { loadRecognisers } from './jpeg-tables/j4d/load-recognisers.js';
export { lowPassFamily, lowPassRadii } from './jpeg-tables/j4d/low-pass-family.js';
export { type LowPassShape, lowPassTables } from './jpeg-tables/j4d/low-pass-tables.js';
export { type RateDistortionShape, rateDistortionFamily } from './jpeg-tables/j4d/rate-distortion-family.js';
export type { DrawnHardness } from './jpeg-tables/j4d/sampled-levels.js';
export { type SearchedTables, searchTables, type TableSearchOptions } from './jpeg-tables/j4d/search-tables.js';
export { type DctSensitivities, readSensitivities, sensitivityTables } from './jpeg-tables/j4d/sensitivity-tables.js';
export {
  type AccuracyPoint,
  type SampledPoint,
  type TableAccuracy,
  type TableAccuracyOptions,
  type TableComparison,
  tableAccuracy,
} from './jpeg-tables/j4d/table-accuracy.js';
export { type TableAnchor, tableAnchors } from './jpeg-tables/j4d/table-anchors.js';
export type { ShapeParameter, TableFamily } from './jpeg-tables/j4d/table-family.js';
export { openPoints, subsamplingOf, type TablePoint } from './jpeg-tables/j4d/table-point.js';
export {
  JpegTables,
  type JpegTablesArchitecture,
  type JpegTablesOptions,
  type TableValues,
  type TableVariables,
} from './jpeg-tables/jpeg-tables.js';
export { jpegTablesKind } from './jpeg-tables/jpeg-tables-kind.js';
export { openJpegTablesObjective } from './jpeg-tables/jpeg-tables-objective.js';
export {
  commonTableSettings,
  type JpegTablesSettings,
  jpegTablesDefaults,
} from './jpeg-tables/jpeg-tables-settings.js';
export { LearnedDensities } from './jpeg-tables/learned-densities.js';
export type { LevelCounts } from './jpeg-tables/level-counts.js';
export {
  Attention,
  type AttentionInputs,
  type AttentionName,
  attentionNetworks,
} from './jpeg-tables/ljpeg/attention.js';
export {
  codeLearned,
  type LearnedCoding,
  type LearnedCodingOptions,
} from './jpeg-tables/ljpeg/code-learned.js';
export { defineLearnedJpeg, type LearnedJpegExperiment } from './jpeg-tables/ljpeg/define-learned-jpeg.js';
export {
  LearnedJpeg,
  type LearnedJpegArchitecture,
  learnedJpegDefaults,
  type PublishedEvaluation,
} from './jpeg-tables/ljpeg/learned-jpeg.js';
export { type LearnedJpegEncodeOptions, learnedJpegCodec } from './jpeg-tables/ljpeg/learned-jpeg-codec.js';
export { learnedJpegCoder } from './jpeg-tables/ljpeg/learned-jpeg-contest.js';
export { learnedJpegKind } from './jpeg-tables/ljpeg/learned-jpeg-kind.js';
export { type LearnedJpegSettings, learnedJpegSettings } from './jpeg-tables/ljpeg/learned-jpeg-settings.js';
export { type LearnedRate, learnedRates } from './jpeg-tables/ljpeg/learned-rates.js';
export { type LjpegPilOptions, ljpegPil } from './jpeg-tables/ljpeg/ljpeg-pil.js';
export { percentOfAnnexK, publishedAnnexK, transposedTables } from './jpeg-tables/ljpeg/published-tables.js';
export { publishedCoefficients, publishedImages } from './jpeg-tables/ljpeg/published-transform.js';
export { attentionPicture, smoothPicture } from './jpeg-tables/ljpeg/smooth-picture.js';
export { smoothingOnnx } from './jpeg-tables/ljpeg/smoothing-onnx.js';
export { smoothingScale } from './jpeg-tables/ljpeg/smoothing-scale.js';
export { assignVgg19 } from './jpeg-tables/ljpeg/vgg19-weights.js';
export {
  compareRateModels,
  fitOf,
  type RateComparison,
  type RateFit,
} from './jpeg-tables/rate-comparison.js';
export { tableHeatMaps } from './jpeg-tables/table-heat-maps.js';
export { bestRamps, type RampShape, rampTables } from './jpeg-tables/table-ramp.js';
export { type TableCoding, type TableRate, tableRates } from './jpeg-tables/table-rates.js';
export { hasRange, RANGE_QUALITIES } from './learned-codec/range-of-rates.js';
export { ConvolutionalNetwork } from './networks/convolutional-network.js';
export type { Activation, Convolution, NetworkDescription, Operations } from './networks/operations.js';
export { definePreEditor, type PreEditorExperiment } from './pre-editing/define-pre-editor.js';
export { editPicture } from './pre-editing/edit-picture.js';
export { PreEditor, type PreEditorArchitecture, preEditorDefaults } from './pre-editing/pre-editor.js';
export { type PreEditorEncodeOptions, preEditorCodec } from './pre-editing/pre-editor-codec.js';
export { preEditorKind } from './pre-editing/pre-editor-kind.js';
export { codeEdited, type EditedCoding, type EditedCodingSettings } from './pre-editing/pre-editor-objective.js';
export { preEditorOnnx } from './pre-editing/pre-editor-onnx.js';
export { type PreEditorSettings, preEditorSettings } from './pre-editing/pre-editor-settings.js';
export { type ActiveNetworks, type NetworkSchedule, scheduledNetworks } from './sandwich/active-networks.js';
export { asSandwich } from './sandwich/as-sandwich.js';
export { balancedQstep } from './sandwich/balanced-qstep.js';
export { buildSandwich, missingFromArchitecture } from './sandwich/build-sandwich.js';
export { codecFiles } from './sandwich/codec-files.js';
export { type CodedCurve, type Curve, chooseCurve } from './sandwich/companding/choose-curve.js';
export { exponentOfByte } from './sandwich/companding/exponents.js';
export {
  annexKSettings,
  type CodecSetting,
  type CurveSetting,
  flatSettings,
  type JpegFileOptions,
  qualitySettings,
  scaledSettings,
  slopeSettings,
} from './sandwich/contenders/codec-setting.js';
export { sandwichContenders } from './sandwich/contenders/contenders.js';
export { type SandwichCoderOptions, sandwichCoder } from './sandwich/contenders/sandwich-coder.js';
export type { BottleneckOf, FileCondition } from './sandwich/contenders/shared-passes.js';
export { type AloneOptions, withoutNetworks } from './sandwich/contenders/without-networks.js';
export type { CurveCondition } from './sandwich/curve-condition.js';
export { initialQstep } from './sandwich/initial-qstep.js';
export type { KerasWeight, KerasWeights } from './sandwich/keras/keras-weights.js';
export { assignPublishedWeights } from './sandwich/keras/published-weights.js';
export { readKerasWeights } from './sandwich/keras/read-keras-weights.js';
export { postProcessorOnnx, preProcessorOnnx } from './sandwich/onnx/sandwich-onnx.js';
export type { EncodeOptions } from './sandwich/picture-codec/choose-codec.js';
export { networkIdentity } from './sandwich/picture-codec/network-identity.js';
export { type DecodeOptions, SandwichCodec } from './sandwich/picture-codec/sandwich-codec.js';
export { ColorDemodulator, ColorModulator } from './sandwich/processor/color-carrier.js';
export type { ColorTransform } from './sandwich/processor/color-transform.js';
export { DetailPacker, DetailUnpacker } from './sandwich/processor/detail-packing.js';
export { phasePlanes } from './sandwich/processor/phase-planes.js';
export type { Code, Processor, ProcessorOptions } from './sandwich/processor/processor.js';
export { Sandwich, type SandwichOutputs } from './sandwich/sandwich.js';
export type { SandwichArchitecture, UNetArchitecture } from './sandwich/sandwich-architecture.js';
export { sandwichKind } from './sandwich/sandwich-kind.js';
export type { ConditionOn, SandwichOptions } from './sandwich/sandwich-options.js';
export type { StepCondition } from './sandwich/step-condition.js';
export { postprocessInTiles, preprocessInTiles, type SandwichTileOptions } from './sandwich/tiling/tiles.js';
export { computeGradients, type StepOptions } from './sandwich/training/compute-gradients.js';
export {
  defineExperiment,
  type SandwichDefinition,
  type SandwichExperiment,
} from './sandwich/training/define-experiment.js';
export { openSandwichObjective } from './sandwich/training/open-sandwich-objective.js';
export {
  type OverJpegSettings,
  overJpeg,
  overJpegSettings,
  type PlainStartSettings,
  plainStart,
  type TwoNetworks,
} from './sandwich/training/over-jpeg.js';
export { type OverTablesSettings, overTables } from './sandwich/training/over-tables.js';
export {
  type SandwichLossOptions,
  type SandwichObjective,
  type SandwichObjectiveOptions,
  type SandwichPhase,
  sandwichObjective,
} from './sandwich/training/sandwich-objective.js';
export { commonSettings, type SandwichSettings, sandwichDefaults } from './sandwich/training/sandwich-settings.js';
export type { TileOptions } from './tiling/tile-rectangles.js';
export {
  type DistortionMix,
  type DistortionWeights,
  type LoadedDistortions,
  loadDistortions,
  lpipsWeightsFile,
} from './training/distortions.js';
