import { type Codec, checkedCodec } from '@sandwich/codecs';
import type { PictureCodec } from '@sandwich/pictures';
import { networkName } from './network-name.js';
import { hasRange, RANGE_QUALITIES } from './range-of-rates.js';

/** Files of learned codecs, as a driver sees them. */
export interface LearnedFormat {
  /** Name of the codec, such as `dcn`. */
  name: string;
  /** Name of the format for messages, such as `L3IX`. */
  format: string;
  /** The version of the files, for settings of results. */
  version: string;
  isFile(bytes: Uint8Array): boolean;
  /** Identity of the network that has written a file. */
  networkOf(bytes: Uint8Array): Uint8Array;
}

/**
 * Trained networks as one codec of the kind that evaluations and real codecs in the loop take: its qualities, 1 to 100, are shared out evenly to the networks,
 * or are those of one network of a range of rates.
 *
 * @param coders one for each network, in the order of rising rate, or one
 * @throws RangeError for several of which one has a range of rates
 */
export function learnedCodecDriver(
  { name, format, version, isFile, networkOf }: LearnedFormat,
  coders: readonly (Pick<PictureCodec, 'name' | 'encode' | 'options'> & Pick<Codec, 'decode'>)[],
): Codec {
  const count = coders.length;
  const isRange = coders.some(hasRange);
  if (isRange && count > 1)
    throw new RangeError(`${name}: a network of a range of rates stands alone, got ${count} networks`);
  const qualities = isRange ? [...RANGE_QUALITIES] : coders.map((_, i) => Math.round((100 * (i + 0.5)) / count));
  const named = coders.map((coder, i) => [isRange ? 'network' : `quality ${qualities[i]}`, coder.name!]);
  return checkedCodec({
    name,
    format,
    settings: { format: `${format.toLowerCase()} ${version}`, ...Object.fromEntries(named) },
    qualities,
    grayscale: false,
    isFile,
    encode: (image, quality) =>
      coders[Math.min(count - 1, Math.floor((quality / 100) * count))].encode(image, isRange ? { quality } : {}),
    async decode(bytes) {
      const network = networkName(networkOf(bytes));
      const coder = coders.find((each) => each.name === network);
      if (!coder) throw new Error(`it is of the ${network}, which is none of these ${count}`);
      return coder.decode(bytes);
    },
  });
}
