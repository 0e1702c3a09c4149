import { mobilenet } from './mobilenet.js';
import type { Network } from './network.js';
import { gru, lstm } from './recurrent.js';
import { resnet } from './resnet.js';
import { languageModel, vit } from './transformer.js';
import { unet } from './unet.js';
import { vae } from './vae.js';

/** A row of the benchmark. */
interface NetworkRow {
  label: string;
  batch: number;
  create(batch: number): Network;
}

/** The networks by name; `peers/networks.py` has the same. */
export const networks: Record<string, NetworkRow> = {
  resnet: { label: 'ResNet-20, 32x32', batch: 64, create: resnet },
  vit: { label: 'ViT, 4 layers, width 128, 64 tokens', batch: 16, create: vit },
  lm: { label: 'transformer, 2 layers, width 128, length 64', batch: 16, create: languageModel },
  unet: { label: 'U-Net, 64x64', batch: 8, create: unet },
  vae: { label: 'VAE, 32x32', batch: 32, create: vae },
  mobilenet: { label: 'MobileNet, 64x64', batch: 16, create: mobilenet },
  lstm: { label: 'LSTM, 24 units, length 25', batch: 16, create: lstm },
  gru: { label: 'GRU, 24 units, length 25', batch: 16, create: gru },
};
