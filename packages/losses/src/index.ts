/**
 * Differentiable losses and evaluation metrics.
 *
 * @module @sandwich/losses
 */

export { type BdOptions, bdOverlap, bdPsnr, bdRate, type RatePoint } from './bd-rate.js';
export { type LpipsNet, lpipsNets } from './lpips/backbones.js';
export { type Lpips, loadLpips } from './lpips/lpips.js';
export { type LpipsMetric, type LpipsMetricOptions, loadLpipsMetric } from './lpips/lpips-metric.js';
export { lpipsOnnx } from './lpips/lpips-onnx.js';
export {
  type ConvolutionWeights,
  type LpipsWeights,
  type LpipsWeightsOptions,
  readLpipsWeights,
} from './lpips/lpips-weights.js';
export { LPIPS_SCALE, scaledLpips } from './lpips/scaled-lpips.js';
export { msSsim, SMALLEST_MS_SSIM, ssimAndMsSsim } from './ms-ssim.js';
export { mse } from './mse.js';
export { psnr } from './psnr.js';
export {
  type Distortion,
  type DistortionTerm,
  type RateDistortionInputs,
  type RateDistortionLoss,
  rateDistortionLoss,
  type WeighedDistortion,
} from './rate-distortion-loss.js';
export { type SandwichLoss, type SandwichLossInputs, sandwichLoss } from './sandwich-loss.js';
export { SMALLEST_SSIM, ssim } from './ssim.js';
export type { SsimOptions } from './structural-similarity.js';
export { SMALLEST_UNIFORM_SSIM, uniformSsim } from './uniform-ssim.js';
export { type WeighedMeans, weighDistortions } from './weigh-distortions.js';
