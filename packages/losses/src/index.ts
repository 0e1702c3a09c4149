export { mse } from './mse.js';
export { psnr } from './psnr.js';
export { type SandwichLoss, type SandwichLossInputs, sandwichLoss } from './sandwich-loss.js';
