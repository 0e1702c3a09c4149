import type { SandwichArchitecture } from './sandwich-architecture.js';

/**
 * The codes that nobody trained, by `startFrom`: their sides, and what they take, channels of image, bottleneck and prediction and the factor of the
 * reduction.
 */
export const startingCodes = {
  carrier: { name: 'a carrier', pre: 'modulator', post: 'demodulator', channels: [3, 1, 3], downsampleFactor: 1 },
  details: { name: 'packed details', pre: 'packer', post: 'unpacker', channels: [3, 3, 3], downsampleFactor: 2 },
} as const;

/** @throws RangeError where a sandwich with `startFrom` is none that the code fits, or has options that it would leave out */
export function checkStartFrom({
  startFrom,
  inputChannels,
  bottleneckChannels,
  outputChannels,
  ...rest
}: Omit<SandwichArchitecture, 'proxy'>) {
  if (startFrom === undefined || !Object.hasOwn(startingCodes, startFrom))
    throw new RangeError(`Sandwich: startFrom must be ${Object.keys(startingCodes).join(' or ')}, got '${startFrom}'`);
  const { name, ...taken } = startingCodes[startFrom];
  const { downsampleFactor, truncateBits, transform, startFromTransform } = rest;
  if (transform !== null || startFromTransform)
    throw new RangeError(
      `Sandwich: startFrom '${startFrom}' takes the place of transform and startFromTransform, got ${transform} and ${startFromTransform}: leave them out`,
    );
  const channels = [inputChannels, bottleneckChannels, outputChannels];
  if (`${channels}` !== `${taken.channels}` || downsampleFactor !== taken.downsampleFactor || truncateBits !== 0)
    throw new RangeError(
      `Sandwich: ${name} takes ${taken.channels[0]} channels through ${taken.channels[1]} to ${taken.channels[2]}, ` +
        `downsampleFactor ${taken.downsampleFactor} and truncateBits 0, ` +
        `got ${channels.join(' through ')}, ${downsampleFactor} and ${truncateBits}`,
    );
}
