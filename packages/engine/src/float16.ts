// IEEE 754 binary16: a sign bit, 5 bits of exponent with bias 15, 10 bits of fraction; binary32: 8 bits with bias 127, 23 bits.

/**
 * Rounds float32 to float16, halves to even.
 *
 * @returns the bits of each value
 * @throws RangeError for NaN, infinities, and values that round beyond 65504, the largest
 */
export function toFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(bits.length);
  for (let i = 0; i < bits.length; i++) {
    halves[i] = halfOf(bits[i]);
    if ((halves[i] & 0x7fff) < 0x7c00) continue;
    throw new RangeError(`${values[i]} (value ${i}) is beyond float16, whose largest value is 65504`);
  }
  return halves;
}

/** Bits of float32 as those of float16; at least 0x7c00 beside the sign for what is beyond its range. */
function halfOf(single: number): number {
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 127;
  const fraction = single & 0x7fffff;
  // Below the smallest exponent, -14, the leading one is written out and moves right: subnormal numbers.
  const missing = Math.max(-14 - exponent, 0);
  // With more than 11 places even the largest value is less than half of the smallest subnormal number.
  if (missing > 11) return sign;
  const whole = missing > 0 ? fraction | 0x800000 : ((exponent + 15) << 23) | fraction;
  return sign | (exponent > 15 ? 0x7c00 : roundShift(whole, 13 + missing));
}

/** floor(value / 2^places + 1/2), halves to even. */
function roundShift(value: number, places: number): number {
  const quotient = value >>> places;
  const rest = value & ((1 << places) - 1);
  const half = 1 << (places - 1);
  return rest > half || (rest === half && quotient % 2 === 1) ? quotient + 1 : quotient;
}

/** The values of float16 bits, exactly. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >>> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1024 + fraction) * 2 ** (exponent - 25);
  });
}
