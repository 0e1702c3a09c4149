/**
 * Squared error that is worth a bit where quantisation with a step is in balance, in the square of the step's unit: the slope of the error D over
 * the rate R of a good encoder at a high rate, where D = q^2 / 12 and a bit more halves q, so that -dD/dR = q^2 ln 2 / 6.
 *
 * @param step of flat tables, or one that stands for those of others, see `tableStep`
 * @example
 * const file = encodeJpeg(image, { tables: flatTables(20), optimizeHuffman: true, trellis: priceOfBit(20) });
 */
export const priceOfBit = (step: number): number => (step ** 2 * Math.LN2) / 6;
