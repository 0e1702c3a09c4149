/**
 * What networks take for white, by which they normalise images: 255 * 2^truncateBits, as in the published code. It is not the largest value
 * of an image, which is 2^(8 + truncateBits) - 1 (`largestSample`).
 */
export const networkWhite = (truncateBits: number): number => 255 * 2 ** truncateBits;
