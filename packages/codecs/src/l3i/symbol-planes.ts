import { latentSize } from '../network-file.js';

/** Side of the square of pixels that has one symbol in each channel. */
export const SYMBOL_SIDE = 8;

/** What a learned codec of an eighth of the height and width stores of a picture: the index of a codebook's entry for each place of each channel. */
export interface SymbolPlanes {
  /** Width of the picture, pixels. */
  width: number;
  /** Height of the picture, pixels. */
  height: number;
  /** The rate, where the network has a range of them: 0, the lowest, to 1, the highest, a float32. */
  rate?: number;
  /** Row by row, ceil(width / 8) * ceil(height / 8) symbols a channel. */
  channels: Uint8Array[];
}

/** Columns and rows of the symbols of a picture. */
export const planeSize = (size: Pick<SymbolPlanes, 'width' | 'height'>): { columns: number; rows: number } =>
  latentSize(size, SYMBOL_SIDE);

/** @throws RangeError for planes that no picture of their size has, beginning with the caller's name */
export function assertPlanes(caller: string, planes: SymbolPlanes): void {
  const { width, height, channels } = planes;
  for (const [name, side] of Object.entries({ width, height })) {
    if (!(Number.isInteger(side) && side > 0))
      throw new RangeError(`${caller}: ${name} must be a positive integer, got ${side}`);
  }
  if (channels.length === 0) throw new RangeError(`${caller}: there are no channels`);
  const { columns, rows } = planeSize(planes);
  for (const [i, { length }] of channels.entries()) {
    if (length === columns * rows) continue;
    throw new RangeError(
      `${caller}: channel ${i} must have ${columns} x ${rows} symbols for ${width} x ${height} pixels, it has ${length}`,
    );
  }
}

/** The channels that are asked for, default all. @throws RangeError for one that there is not */
export function wantedChannels(caller: string, count: number, wanted?: readonly number[]): readonly number[] {
  for (const channel of wanted ?? []) {
    if (!(Number.isInteger(channel) && channel >= 0 && channel < count)) {
      throw new RangeError(`${caller}: channels are 0 to ${count - 1}, got ${channel}`);
    }
  }
  return wanted ?? Array.from({ length: count }, (_, i) => i);
}
