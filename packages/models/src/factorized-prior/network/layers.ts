/** A convolution of 5x5 with a bias, from every second pixel: half the width and height. */
export interface DownLayer {
  kind: 'down';
  name: string;
  inputs: number;
  outputs: number;
}

/** The transpose of a `DownLayer`: twice the width and height. */
export interface UpLayer {
  kind: 'up';
  name: string;
  inputs: number;
  outputs: number;
}

/** A generalised divisive normalisation, or its inverse. */
export interface NormalizationLayer {
  kind: 'gdn';
  name: string;
  channels: number;
  direction: 'divide' | 'multiply';
}

/** A step of the analysis or synthesis. What computes or exports a transform goes through the list of its layers. */
export type Layer = DownLayer | UpLayer | NormalizationLayer;

/** Side of the kernels, and the pixels around an image that they see as zeros. */
export const KERNEL = 5;
export const PADDING = 2;

/** Strided layers of each transform. */
const STAGES = 4;

/** Pixels of the picture, in each direction, that are a place of the latent. */
export const LATENT_STRIDE = 2 ** STAGES;

/**
 * How far around a pixel either transform looks, pixels: 2 of the input of each of the strided layers of the analysis; in the synthesis a pixel is made of
 * the places up to one beside it, again and again.
 */
export const REACH = PADDING * (2 ** STAGES - 1);

/** Layers named by their places, as in CompressAI: convolutions have even numbers, normalisations the odd ones between them. */
function transform(
  kind: 'down' | 'up',
  widths: readonly number[],
  direction: NormalizationLayer['direction'],
): Layer[] {
  return widths.slice(1).flatMap((outputs, stage): Layer[] => {
    const strided = { kind, name: `${2 * stage}`, inputs: widths[stage], outputs };
    if (stage === STAGES - 1) return [strided];
    return [strided, { kind: 'gdn', name: `${2 * stage + 1}`, channels: outputs, direction }];
  });
}

/** The analysis, g_a: [B, H, W, 3] to [B, H / 16, W / 16, latentChannels]. */
export const analysisLayers = (features: number, latentChannels: number): Layer[] =>
  transform('down', [3, features, features, features, latentChannels], 'divide');

/** The synthesis, g_s: [B, h, w, latentChannels] to [B, 16h, 16w, 3]. */
export const synthesisLayers = (features: number, latentChannels: number): Layer[] =>
  transform('up', [latentChannels, features, features, features, 3], 'multiply');
