/** Steps of exponents in an octave: a byte b stands for 2^(-b / 64). */
const STEPS = 64;

/** The exponent that a file tells in a byte: from 1, a straight line, for 0 down to 0.063 for 255. */
export const exponentOfByte = (byte: number): number => 2 ** (-byte / STEPS);

/** Bytes of the exponents that a sender chooses from, 2^(-k / 2). */
export const CHOSEN_BYTES: readonly number[] = [0, 1, 2, 3, 4, 5].map((k) => (k * STEPS) / 2);

/** Bits that the exponent of a picture takes. */
export const EXPONENT_BITS = 8;
