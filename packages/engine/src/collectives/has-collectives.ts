import { addonExists, loadAddon } from '../torch/addon.js';

/** Whether several processes can compute together here: the addon is there and was built with c10d and Gloo. */
export function hasCollectives(): boolean {
  try {
    return addonExists() && loadAddon().collectives().includes('gloo');
  } catch {
    return false;
  }
}
