import { encodePq } from '../color/transfer.js';
import { type Picture, transferOf } from '../picture.js';
import { LINEAR_PEAK } from '../reading/linear-samples.js';

const LARGEST = 65535;

/**
 * Linear light of `linearSamples` in PQ (SMPTE ST 2084), 16 bits: what files of high dynamic range hold. Primaries stay.
 *
 * @throws RangeError for a picture of another transfer function
 */
export function pqSamples(picture: Picture): Picture<Uint16Array> {
  const transfer = transferOf(picture);
  if (transfer !== 'linear')
    throw new RangeError(`pqSamples: transfer must be linear, got ${JSON.stringify(transfer)}`);
  const table = Uint16Array.from({ length: LARGEST + 1 }, (_, x) =>
    Math.round(LARGEST * encodePq((LINEAR_PEAK * x) / LARGEST)),
  );
  return { ...picture, data: Uint16Array.from(picture.data, (x) => table[x]), bitDepth: 16, transfer: 'pq' };
}
