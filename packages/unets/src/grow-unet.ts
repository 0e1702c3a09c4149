import type { StoredTensor } from '@sandwich/engine';

/**
 * Weights with which a deeper U-Net makes exactly what a shallower one makes (Chen, Goodfellow and Shlens, "Net2Net", 2016).
 *
 * What the shallower network computes at its coarsest size, in decoder block 0, the deeper one computes in the encoder block of that size,
 * where ReLUs have made everything positive or zero. The decoder block of that size passes it on unchanged, by kernels that are one in the
 * middle, and ignores what comes from below. All other channels begin as those of a fresh network, and nobody reads them yet: their way out
 * begins with weights of zero, which are trained like the others.
 *
 * Both networks are of the variant 'textbook', with the same blocks at all sizes that the shallower one has, but for its coarsest one, where
 * the deeper one has at least as many channels, and with as many convolutions in each block.
 *
 * @param shallow the weights of the shallower network by path, as `UNet.parameters` has them
 * @param fresh those of the deeper one, as it was built
 * @returns the weights of the deeper one; undefined where it is not deeper or the two do not fit
 */
export function growUNet(
  shallow: Readonly<Record<string, StoredTensor>>,
  fresh: Readonly<Record<string, StoredTensor>>,
): Record<string, StoredTensor> | undefined {
  const [from, to] = [layout(shallow), layout(fresh)];
  const added = to.encoder.length - from.encoder.length;
  const coarsest = from.encoder.length;
  const width = from.decoder[0];
  const passing = to.decoder[added];
  const fits =
    from.isTextbook &&
    to.isTextbook &&
    added > 0 &&
    from.convolutions === to.convolutions &&
    from.encoder.every((filters, i) => filters === to.encoder[i]) &&
    from.decoder.slice(1).every((filters, i) => filters === to.decoder[added + 1 + i]) &&
    width <= Math.min(to.encoder[coarsest], passing) &&
    from.inputs === to.inputs &&
    from.outputs === to.outputs;
  if (!fits) return undefined;

  const grown: Record<string, StoredTensor> = { ...fresh };
  const convolutions = Array.from({ length: to.convolutions }, (_, i) => `conv${i}`);
  const copy = (source: string, target: string, channelOf?: ChannelMap) => {
    for (const name of ['kernel', 'bias', 'scale', 'shift']) {
      const [path, begun] = [`${source}/${name}`, fresh[`${target}/${name}`]];
      if (path in shallow && begun) grown[`${target}/${name}`] = place(shallow[path], begun, channelOf);
    }
  };
  from.encoder.forEach((_, i) => {
    for (const conv of convolutions) copy(`encoder${i}/${conv}`, `encoder${i}/${conv}`);
  });
  for (const conv of convolutions) copy(`decoder0/${conv}`, `encoder${coarsest}/${conv}`);
  convolutions.forEach((conv, i) => {
    const path = `decoder${added}/${conv}/kernel`;
    const below = i === 0 ? to.decoder[added - 1] : 0;
    grown[path] = place(identityKernel(width), fresh[path], (channel) => below + channel);
  });
  from.decoder.slice(1).forEach((_, i) => {
    const [source, target] = [`decoder${i + 1}`, `decoder${added + i + 1}`];
    const widened: ChannelMap = (channel) => (channel < width ? channel : channel + passing - width);
    for (const conv of convolutions)
      copy(`${source}/${conv}`, `${target}/${conv}`, i === 0 && conv === 'conv0' ? widened : undefined);
  });
  copy('output', 'output');
  return grown;
}

/** Which input channel of the larger kernel belongs to one of the smaller. */
type ChannelMap = (channel: number) => number;

/** Channels that the network takes and makes, and those of its blocks, finest encoder block and coarsest decoder block first. */
function layout(weights: Readonly<Record<string, StoredTensor>>) {
  const blocks = (side: string): number[] => {
    const widths: number[] = [];
    for (
      let kernel = weights[`${side}0/conv0/kernel`];
      kernel;
      kernel = weights[`${side}${widths.length}/conv0/kernel`]
    )
      widths.push(kernel.shape[3]);
    return widths;
  };
  const [encoder, decoder] = [blocks('encoder'), blocks('decoder')];
  let convolutions = 0;
  while (`decoder0/conv${convolutions}/kernel` in weights) convolutions++;
  const isTextbook = encoder.length > 0 && decoder.length === encoder.length + 1;
  const inputs = weights['encoder0/conv0/kernel']?.shape[2];
  const outputs = weights['output/kernel']?.shape[3];
  return { inputs, outputs, encoder, decoder, convolutions, isTextbook };
}

/** [3, 3, channels, channels], which leaves its input as it is. */
function identityKernel(channels: number): StoredTensor {
  const values = new Float32Array(9 * channels * channels);
  const centre = 4 * channels * channels;
  for (let channel = 0; channel < channels; channel++) values[centre + channel * (channels + 1)] = 1;
  return { shape: [3, 3, channels, channels], values };
}

/** A copy of the larger kernel, or vector, in which the first output channels are the smaller one's and see nothing but what that sees. */
function place(small: StoredTensor, large: StoredTensor, channelOf: ChannelMap = (channel) => channel): StoredTensor {
  const values = Float32Array.from(large.values);
  if (small.shape.length === 1) {
    values.set(small.values);
    return { shape: large.shape, values };
  }
  const [height, width, inputs, outputs] = small.shape;
  const [, , largeInputs, largeOutputs] = large.shape;
  for (let tap = 0; tap < height * width; tap++) {
    for (let input = 0; input < largeInputs; input++)
      values.fill(0, (tap * largeInputs + input) * largeOutputs, (tap * largeInputs + input) * largeOutputs + outputs);
    for (let input = 0; input < inputs; input++)
      values.set(
        small.values.subarray((tap * inputs + input) * outputs, (tap * inputs + input + 1) * outputs),
        (tap * largeInputs + channelOf(input)) * largeOutputs,
      );
  }
  return { shape: large.shape, values };
}
