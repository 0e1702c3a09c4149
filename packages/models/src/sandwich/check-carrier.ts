import type { SandwichArchitecture } from './sandwich-architecture.js';

/** @throws RangeError where a sandwich with `startFrom` is none that a colour carrier fits, or has options that it would leave out */
export function checkCarrier({
  startFrom,
  inputChannels,
  bottleneckChannels,
  outputChannels,
  ...rest
}: Omit<SandwichArchitecture, 'proxy'>) {
  if (startFrom !== 'carrier') throw new RangeError(`Sandwich: startFrom must be 'carrier', got '${startFrom}'`);
  const channels = [inputChannels, bottleneckChannels, outputChannels];
  const { downsampleFactor, truncateBits, transform, startFromTransform } = rest;
  if (transform !== null || startFromTransform)
    throw new RangeError(
      `Sandwich: a carrier stands in the place of transform and startFromTransform, got ${transform} and ${startFromTransform}: leave them out`,
    );
  if (`${channels}` !== '3,1,3' || downsampleFactor !== 1 || truncateBits !== 0)
    throw new RangeError(
      `Sandwich: a carrier takes 3 channels through 1 to 3, downsampleFactor 1 and truncateBits 0, ` +
        `got ${channels.join(' through ')}, ${downsampleFactor} and ${truncateBits}`,
    );
}
