import { overlapNote } from '../../packages/inspector/src/overlap-note.js';

/** What stands where there is no figure. */
const NONE = '-';

const emphasised = (text: string, isLoss: boolean): string => (isLoss ? `**${text}**` : text);

/** A number, in bold where it is a loss as it is shown. */
const figure = (value: number | null | undefined, digits: number, sign: 1 | -1): string => {
  if (value == null) return NONE;
  const shown = Number(value.toFixed(digits));
  return emphasised(
    `${sign < 0 && shown > 0 ? '+' : ''}${(shown === 0 ? 0 : value).toFixed(digits)}`,
    sign * shown < 0,
  );
};

/** A gain in the unit of its measure: less than nothing is a loss. */
export const gainText = (gain: number | null | undefined, digits = 2): string => figure(gain, digits, 1);

/** How many bits more or fewer, per cent: more is a loss. Followed by the share of qualities that it is averaged over, where that is low. */
export const percentText = (percent: number | null | undefined, overlap?: number): string =>
  percent == null ? NONE : `${figure(percent, 1, -1)}${overlapNote(overlap)}`;

/** Bits per pixel. */
export const rateText = (bpp: number): string => bpp.toFixed(2);
