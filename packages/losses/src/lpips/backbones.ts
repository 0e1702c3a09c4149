/** Networks that LPIPS v0.1 was published with. */
export type LpipsNet = 'alex' | 'squeeze' | 'vgg';

/** A convolution and the ReLU behind it; `name` is that of its tensors in torchvision. */
interface Convolution {
  op: 'convolution';
  name: string;
  inputs: number;
  outputs: number;
  size: number;
  stride: number;
  padding: number;
}

/** Windows of `size` at every second pixel; `roundUp`: also one that hangs over the edge. */
interface MaxPool {
  op: 'maxPool';
  size: 2 | 3;
  roundUp: boolean;
}

/** A 1x1 convolution, then a 1x1 and a 3x3 beside each other, each with its ReLU. */
interface Fire {
  op: 'fire';
  squeeze: Convolution;
  expand: [Convolution, Convolution];
}

/** Where features are compared. */
interface Tap {
  op: 'tap';
  channels: number;
}

export type Layer = Convolution | MaxPool | Fire | Tap;

const convolution = (
  name: string,
  inputs: number,
  outputs: number,
  { size = 3, stride = 1, padding }: { size?: number; stride?: number; padding?: number } = {},
): Convolution => ({
  op: 'convolution',
  name,
  inputs,
  outputs,
  size,
  stride,
  padding: padding ?? (size - 1) / 2,
});

const fire = (name: string, inputs: number, squeezed: number, expanded: number): Fire => ({
  op: 'fire',
  squeeze: convolution(`${name}.squeeze`, inputs, squeezed, { size: 1 }),
  expand: [
    convolution(`${name}.expand1x1`, squeezed, expanded, { size: 1 }),
    convolution(`${name}.expand3x3`, squeezed, expanded),
  ],
});

const maxPool = (size: 2 | 3, roundUp = false): MaxPool => ({ op: 'maxPool', size, roundUp });
const tap = (channels: number): Tap => ({ op: 'tap', channels });

/** VGG-16: rising numbers of 3x3 convolutions of equal width, halved in between, compared before each halving. */
function vgg(): Layer[] {
  const layers: Layer[] = [];
  let index = 0;
  let inputs = 3;
  for (const [block, channels] of [64, 128, 256, 512, 512].entries()) {
    for (let i = 0; i < (block < 2 ? 2 : 3); i++, index += 2, inputs = channels)
      layers.push(convolution(`${index}`, inputs, channels));
    layers.push(tap(channels));
    if (block < 4) layers.push(maxPool(2));
    index++;
  }
  return layers;
}

/** The feature extractors of torchvision's AlexNet, SqueezeNet 1.1 and VGG-16, as far as LPIPS goes into them. */
export const backbones: Record<LpipsNet, readonly Layer[]> = {
  alex: [
    convolution('0', 3, 64, { size: 11, stride: 4, padding: 2 }),
    tap(64),
    maxPool(3),
    convolution('3', 64, 192, { size: 5 }),
    tap(192),
    maxPool(3),
    convolution('6', 192, 384),
    tap(384),
    convolution('8', 384, 256),
    tap(256),
    convolution('10', 256, 256),
    tap(256),
  ],
  squeeze: [
    convolution('0', 3, 64, { stride: 2, padding: 0 }),
    tap(64),
    maxPool(3, true),
    fire('3', 64, 16, 64),
    fire('4', 128, 16, 64),
    tap(128),
    maxPool(3, true),
    fire('6', 128, 32, 128),
    fire('7', 256, 32, 128),
    tap(256),
    maxPool(3, true),
    fire('9', 256, 48, 192),
    tap(384),
    fire('10', 384, 48, 192),
    tap(384),
    fire('11', 384, 64, 256),
    tap(512),
    fire('12', 512, 64, 256),
    tap(512),
  ],
  vgg: vgg(),
};

/** The networks of LPIPS by name. */
export const lpipsNets = Object.keys(backbones) as LpipsNet[];

/** Convolutions of a layer, in order. */
export function convolutionsOf(layer: Layer): Convolution[] {
  if (layer.op === 'convolution') return [layer];
  return layer.op === 'fire' ? [layer.squeeze, ...layer.expand] : [];
}

/** Whether a side of so many pixels leaves at least one value at the end. */
function isEnough(side: number, net: LpipsNet): boolean {
  let length = side;
  for (const layer of backbones[net]) {
    if (layer.op === 'convolution') length = Math.floor((length + 2 * layer.padding - layer.size) / layer.stride) + 1;
    else if (layer.op === 'maxPool') length = Math.floor((length - layer.size + (layer.roundUp ? 1 : 0)) / 2) + 1;
    if (length < 1) return false;
  }
  return true;
}

/** The shortest side that a network can look at, pixels. */
export function smallestSide(net: LpipsNet): number {
  let side = 1;
  while (!isEnough(side, net)) side++;
  return side;
}

/** How the features at a tap lie over the image. */
export interface TapGeometry {
  /** Feature `i` lies at pixel `stride * i`. */
  stride: number;
  /** How far to the left (above) and to the right (below) of that pixel it looks. */
  before: number;
  after: number;
}

/** The geometry of each of a network's taps, the finest first. */
export function tapGeometry(net: LpipsNet): TapGeometry[] {
  const taps: TapGeometry[] = [];
  let [stride, before, seen] = [1, 0, 1];
  const look = (size: number, step: number, padding: number) => {
    before += padding * stride;
    seen += (size - 1) * stride;
    stride *= step;
  };
  for (const layer of backbones[net]) {
    if (layer.op === 'tap') taps.push({ stride, before, after: seen - 1 - before });
    else if (layer.op === 'maxPool') look(layer.size, 2, 0);
    else if (layer.op === 'convolution') look(layer.size, layer.stride, layer.padding);
    else look(3, 1, 1);
  }
  return taps;
}

/**
 * What LPIPS does to an image in [0, 255] before its network sees it, per channel: (image - mean) / deviation. It is
 * (image / 127.5 - 1 - shift) / scale with the shift and the scale of the published code.
 */
export const inputMean = [-0.03, -0.088, -0.188].map((shift) => 127.5 * (1 + shift));
export const inputDeviation = [0.458, 0.448, 0.45].map((scale) => 127.5 * scale);

/** Added to the norm of a feature vector before dividing by it. */
export const NORM_EPSILON = 1e-10;
