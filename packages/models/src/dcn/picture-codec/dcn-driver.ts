import { type Codec, isL3ix, readL3ixHeader } from '@sandwich/codecs';
import { learnedCodecDriver } from '../../learned-codec/learned-codec-driver.js';
import type { Dcn } from '../dcn.js';
import { DcnCodec } from './dcn-codec.js';

const FORMAT = {
  name: 'dcn',
  format: 'L3IX',
  version: '1.0.0',
  isFile: isL3ix,
  networkOf: (bytes: Uint8Array) => readL3ixHeader(bytes).network,
};

/**
 * Trained DCNs as one codec of the kind that evaluations and real codecs in the loop take: its qualities, 1 to 100, are shared out evenly to the networks, or
 * are those of one network of a range of rates.
 *
 * @param networks in the order of rising rate, or one; the codec owns none of them
 * @throws RangeError without networks, and for several of which one has a range of rates
 * @example
 * const codec = dcnDriver([low, medium, high]);
 * const file = await codec.encode(picture, 50); // by `medium`
 */
export function dcnDriver(networks: readonly Dcn[]): Codec {
  if (networks.length === 0) throw new RangeError('dcnDriver: there are no networks');
  return learnedCodecDriver(
    FORMAT,
    networks.map((dcn) => new DcnCodec(dcn)),
  );
}
