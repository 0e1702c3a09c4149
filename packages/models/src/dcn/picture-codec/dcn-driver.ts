import { type Codec, checkedCodec, isL3ix, readL3ixHeader } from '@sandwich/codecs';
import type { Dcn } from '../dcn.js';
import { DcnCodec } from './dcn-codec.js';

/** The version of the files in settings of results. */
const FORMAT = '1.0.0';

/**
 * Trained DCNs as one codec of the kind that evaluations and real codecs in the loop take: its qualities, 1 to 100, are shared out evenly to the networks.
 *
 * @param networks in the order of rising rate; the codec owns none of them
 * @throws RangeError without networks
 * @example
 * const codec = dcnDriver([low, medium, high]);
 * const file = await codec.encode(picture, 50); // by `medium`
 */
export function dcnDriver(networks: readonly Dcn[]): Codec {
  const count = networks.length;
  if (count === 0) throw new RangeError('dcnDriver: there are no networks');
  const coders = networks.map((dcn) => new DcnCodec(dcn));
  const qualities = coders.map((_, i) => Math.round((100 * (i + 0.5)) / count));
  const named = coders.map(({ name }, i) => [`quality ${qualities[i]}`, name]);
  return checkedCodec({
    name: 'dcn',
    format: 'L3IX',
    settings: { format: `l3ix ${FORMAT}`, ...Object.fromEntries(named) },
    qualities,
    grayscale: false,
    isFile: isL3ix,
    encode: (image, quality) => coders[Math.min(count - 1, Math.floor((quality / 100) * count))].encode(image),
    async decode(bytes) {
      const name = `network ${Buffer.from(readL3ixHeader(bytes).network).toString('hex')}`;
      const coder = coders.find((each) => each.name === name);
      if (!coder) throw new Error(`it is of the ${name}, which is none of these ${count}`);
      return coder.decode(bytes);
    },
  });
}
