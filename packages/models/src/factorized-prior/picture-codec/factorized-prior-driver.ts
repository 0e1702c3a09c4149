import { type Codec, isFpic, readFpic } from '@sandwich/codecs';
import { learnedCodecDriver } from '../../learned-codec/learned-codec-driver.js';
import type { FactorizedPrior } from '../factorized-prior.js';
import { FactorizedPriorCodec } from './factorized-prior-codec.js';

const FORMAT = {
  name: 'fpic',
  format: 'FPIC',
  version: '1.0.0',
  isFile: isFpic,
  networkOf: (bytes: Uint8Array) => readFpic(bytes).network,
};

/**
 * Trained factorised-prior codecs as one codec of the kind that evaluations and real codecs in the loop take: its qualities, 1 to 100, are shared out evenly
 * to the networks.
 *
 * @param networks in the order of rising rate; the codec owns none of them
 * @throws RangeError without networks
 */
export function factorizedPriorDriver(networks: readonly FactorizedPrior[]): Codec {
  if (networks.length === 0) throw new RangeError('factorizedPriorDriver: there are no networks');
  return learnedCodecDriver(
    FORMAT,
    networks.map((prior) => new FactorizedPriorCodec(prior)),
  );
}
