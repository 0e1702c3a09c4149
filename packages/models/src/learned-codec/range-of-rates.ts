import type { PictureCodec } from '@sandwich/pictures';

/** Qualities that draw the curve of a network of a range of rates. */
export const RANGE_QUALITIES: readonly number[] = [1, 20, 40, 60, 80, 100];

/** Whether a learned codec is a network of a range of rates, whose files have a quality of 1 to 100. */
export const hasRange = ({ options = [] }: Pick<PictureCodec, 'options'>): boolean => options.includes('quality');
