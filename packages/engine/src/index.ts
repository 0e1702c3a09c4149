/**
 * TensorFlow.js as the tensor API, libtorch under it.
 *
 * @module @sandwich/engine
 */

export { type AdamFactors, type AdamMoments, adamSteps } from './adam-steps.js';
export { checkInteger } from './check-integer.js';
export { freePort } from './collectives/free-port.js';
export { hasCollectives } from './collectives/has-collectives.js';
export { joinProcessGroup, type ProcessGroupOptions } from './collectives/join-process-group.js';
export { PeersLost, type ProcessGroup } from './collectives/process-group.js';
export type { EngineInfo, EngineName, EngineOptions } from './drivers/driver.js';
export { fromFloat16, toFloat16 } from './float16.js';
export { FrozenConvolution, type FrozenConvolutionOptions } from './frozen-convolution.js';
export { inFloat32 } from './in-float32.js';
export type { Parameters } from './parameters.js';
export { type ExpectedTensors, readTensors } from './read-tensors.js';
export { computeOnHost, type HostCallRecorder, type HostFunction, isRecording } from './recording/compute-on-host.js';
export { canRecord, type RecordedStep, type RecordStepOptions, recordStep } from './recording/record-step.js';
export { RecordingError } from './recording/recording-error.js';
export { releaseMemory } from './release-memory.js';
export {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensorsHeader,
  type StoredTensor,
  type TensorFile,
} from './safetensors.js';
export { presentEngines, startEngine } from './start-engine.js';
export { storedTensors } from './stored-tensors.js';
export { subtractEach } from './subtract-each.js';
export { tf } from './tf.js';
export {
  type KernelProfile,
  kernelProfile,
  printKernelProfile,
  startKernelProfile,
  stopKernelProfile,
} from './torch/profile.js';
export { valuesOf } from './values-of.js';
export { type ImageSamples, warnOfUnitRange } from './warn-of-unit-range.js';
export { withoutEngine } from './without-engine.js';
