/**
 * U-Nets and the pointwise branch of the sandwich networks.
 *
 * @module @sandwich/unets
 */

export { type Initializer, initialKernel } from './convolution.js';
export { growUNet } from './grow-unet.js';
export type { LinearMap } from './linear-map.js';
export { networkSize } from './network-sizes.js';
export { deriveSeed } from './random.js';
export { SinMlp, type SinMlpOptions } from './sin-mlp.js';
export { UNet, type UNetOptions, unetDefaults } from './unet.js';
