import { planeSize, type SymbolPlanes } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';

/**
 * The channels of symbols as gray pictures to look at: the lowest entry of the codebook is black, the highest white.
 *
 * @param bits of a symbol
 */
export function channelPictures(planes: SymbolPlanes, bits: number): Picture<Uint8Array, 1>[] {
  const { columns: width, rows: height } = planeSize(planes);
  const scale = 255 / (2 ** bits - 1);
  return planes.channels.map((symbols) => ({
    data: Uint8Array.from(symbols, (symbol) => Math.round(symbol * scale)),
    width,
    height,
    channels: 1,
  }));
}
