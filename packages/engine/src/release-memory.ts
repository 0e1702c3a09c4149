import { tf } from './tf.js';
import { addonExists, loadAddon } from './torch/addon.js';

/**
 * Returns memory to the system that the torch engine has freed and keeps for the next step, before work that has no use for it; other
 * engines keep none. Pages that are taken again cost time: not for every step.
 */
export function releaseMemory(): void {
  if (tf.getBackend() === 'torch' && addonExists()) loadAddon().releaseMemory();
}
