/** A square convolution with TensorFlow's 'same' padding and a bias, then a leaky ReLU of slope 0.2 or nothing. */
export interface ConvolutionLayer {
  kind: 'convolution';
  name: string;
  size: 3 | 5;
  stride: 1 | 2;
  inputs: number;
  outputs: number;
  leaky: boolean;
}

/** x + conv(leaky(conv(x))) with two convolutions of 3x3; with `activateFirst`, x + conv(leaky(conv(leaky(x)))). */
export interface ResidualLayer {
  kind: 'residual';
  name: string;
  channels: number;
  activateFirst: boolean;
}

/** Twice the height and width from a quarter of the channels: channel (2 dy + dx) C + c goes to channel c of the pixel at (dy, dx). */
export interface DepthToSpaceLayer {
  kind: 'depth-to-space';
}

/** A step of the encoder or decoder. What computes, exports or reads a network goes through the list of its layers. */
export type Layer = ConvolutionLayer | ResidualLayer | DepthToSpaceLayer;

/** Slope of the leaky ReLUs below zero. */
export const LEAKY_SLOPE = 0.2;

const convolution = (
  name: string,
  [size, stride]: [3 | 5, 1 | 2],
  [inputs, outputs]: [number, number],
  leaky = false,
): ConvolutionLayer => ({ kind: 'convolution', name, size, stride, inputs, outputs, leaky });

const residual = (name: string, activateFirst = false): ResidualLayer => ({
  kind: 'residual',
  name,
  channels: 128,
  activateFirst,
});

const depthToSpace: DepthToSpaceLayer = { kind: 'depth-to-space' };

/** Encoder of the published `TwitterDCN`: [B, H, W, 3] in [-1, 1] to [B, H / 8, W / 8, features], sides rounded up. */
export const encoderLayers = (features: number): Layer[] => [
  convolution('conv1', [5, 2], [3, 64], true),
  convolution('conv2', [5, 2], [64, 128]),
  residual('residual1', true),
  residual('residual2'),
  residual('residual3'),
  convolution('conv3', [5, 2], [128, features]),
];

/** Decoder of the published `TwitterDCN`: [B, h, w, features] to [B, 8h, 8w, 3] in about [-1, 1]. */
export const decoderLayers = (features: number): Layer[] => [
  convolution('conv1', [3, 1], [features, 512]),
  depthToSpace,
  residual('residual1'),
  residual('residual2'),
  residual('residual3'),
  convolution('conv2', [3, 1], [128, 256], true),
  depthToSpace,
  convolution('conv3', [3, 1], [64, 12]),
  depthToSpace,
];

/** The convolutions of a layer, in the order in which they compute. */
export function convolutionsOf(layer: Layer): ConvolutionLayer[] {
  if (layer.kind === 'convolution') return [layer];
  if (layer.kind === 'depth-to-space') return [];
  const { name, channels } = layer;
  return [
    convolution(`${name}/conv1`, [3, 1], [channels, channels], true),
    convolution(`${name}/conv2`, [3, 1], [channels, channels]),
  ];
}
