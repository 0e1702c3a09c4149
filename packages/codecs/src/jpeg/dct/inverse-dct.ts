// The inverse of the transform of forward-dct.ts, by the flow graph of Loeffler, Ligtenberg and Moschytz (ICASSP 1989) run backwards,
// bit for bit libjpeg's "islow" transform. With c_k = sqrt(2) cos(k pi / 16) a line of frequencies F becomes
//   f(x) = sum_u F(u) w_u cos((2x + 1) u pi / 16),   w_0 = 1, other w_u = sqrt(2),
// sqrt(8) times the orthonormal inverse, in two dimensions 8 times; the last shift divides by that.
// Even frequencies give e(x) = e(7-x), odd ones o(x) = -o(7-x), so that f(x) = e(x) + o(x) and f(7-x) = e(x) - o(x).
// Constants have 13 fractional bits. Between the two passes, first down the columns, then along the rows, values keep 2. The constants
// stand in forward-dct.ts, too: imported ones halve the speed of the encoder.
//
// Like libjpeg-turbo's vector code on x86-64, sums of two inputs wrap around at 16 bits, what passes between the passes is clipped to
// 16 bits, and samples are clipped. Coefficients of an image come nowhere near; random ones do, and there processors differ.
const FRACTION = 13;
const COLUMN_SHIFT = FRACTION - 2;
const ROW_SHIFT = FRACTION + 2 + 3;

const C6 = 4433; //                             round(2^13 x 0.541196100)
const C2_MINUS_C6 = 6270; //                    0.765366865
const C2_PLUS_C6 = 15137; //                    1.847759065
const C3 = 9633; //                             1.175875602
const C3_MINUS_C5 = 3196; //                    0.390180644
const C3_PLUS_C5 = 16069; //                    1.961570560
const C3_MINUS_C7 = 7373; //                    0.899976223
const C1_PLUS_C3 = 20995; //                    2.562915447
const C3_PLUS_C5_MINUS_C1_MINUS_C7 = 2446; //   0.298631336
const C1_PLUS_C3_MINUS_C5_PLUS_C7 = 16819; //   2.053119869
const C1_PLUS_C3_PLUS_C5_MINUS_C7 = 25172; //   3.072711026
const C1_PLUS_C3_MINUS_C5_MINUS_C7 = 12299; //  1.501321110

/**
 * Transforms a block of dequantised coefficients into samples, adding 128 and clipping to 0 to 255.
 *
 * @param block 64 coefficients row by row, level times step; their place is taken by intermediate values
 * @param samples receives 8 rows of 8 samples, the first at `offset`, rows `width` apart
 */
export function inverseDct(block: Int16Array, samples: Uint8ClampedArray, offset: number, width: number): void {
  transformColumns(block);
  for (let row = 0; row < 64; row += 8) transformLine(block, row, 1, ROW_SHIFT);
  for (let place = 0; place < 64; offset += width) {
    for (let x = 0; x < 8; x++) samples[offset + x] = block[place++] + 128;
  }
}

/** A column of DC alone becomes eight equal values. If all are, the vector code scales them without clipping. */
function transformColumns(block: Int16Array): void {
  let occupied = 0;
  for (let place = 8; place < 64; place++) if (block[place] !== 0) occupied |= 1 << (place & 7);
  for (let column = 0; column < 8; column++) {
    if ((occupied >> column) & 1) {
      transformLine(block, column, 8, COLUMN_SHIFT);
    } else {
      const dc = block[column] << (FRACTION - COLUMN_SHIFT);
      const value = occupied === 0 ? dc : clipTo16Bits(dc);
      for (let place = column; place < 64; place += 8) block[place] = value;
    }
  }
}

function transformLine(block: Int16Array, start: number, stride: number, shift: number): void {
  const i1 = start + stride;
  const i2 = i1 + stride;
  const i3 = i2 + stride;
  const i4 = i3 + stride;
  const i5 = i4 + stride;
  const i6 = i5 + stride;
  const i7 = i6 + stride;
  const half = 1 << (shift - 1);

  const f0 = block[start];
  const f2 = block[i2];
  const f4 = block[i4];
  const f6 = block[i6];
  const sum = wrapTo16Bits(f0 + f4) << FRACTION;
  const difference = wrapTo16Bits(f0 - f4) << FRACTION;
  const shared = Math.imul(f2 + f6, C6) + half;
  const forF2 = shared + Math.imul(f2, C2_MINUS_C6);
  const forF6 = shared - Math.imul(f6, C2_PLUS_C6);
  const even0 = sum + forF2;
  const even3 = sum - forF2 + 2 * half;
  const even1 = difference + forF6;
  const even2 = difference - forF6 + 2 * half;

  const f1 = block[i1];
  const f3 = block[i3];
  const f5 = block[i5];
  const f7 = block[i7];
  const p = wrapTo16Bits(f7 + f3);
  const q = wrapTo16Bits(f5 + f1);
  const nested = Math.imul(p + q, C3);
  const forP = nested - Math.imul(p, C3_PLUS_C5);
  const forQ = nested - Math.imul(q, C3_MINUS_C5);
  const ends = Math.imul(f7 + f1, -C3_MINUS_C7);
  const middles = Math.imul(f5 + f3, -C1_PLUS_C3);
  const odd3 = Math.imul(f7, C3_PLUS_C5_MINUS_C1_MINUS_C7) + ends + forP;
  const odd2 = Math.imul(f5, C1_PLUS_C3_MINUS_C5_PLUS_C7) + middles + forQ;
  const odd1 = Math.imul(f3, C1_PLUS_C3_PLUS_C5_MINUS_C7) + middles + forP;
  const odd0 = Math.imul(f1, C1_PLUS_C3_MINUS_C5_MINUS_C7) + ends + forQ;

  block[start] = clipTo16Bits((even0 + odd0) >> shift);
  block[i7] = clipTo16Bits((even0 - odd0) >> shift);
  block[i1] = clipTo16Bits((even1 + odd1) >> shift);
  block[i6] = clipTo16Bits((even1 - odd1) >> shift);
  block[i2] = clipTo16Bits((even2 + odd2) >> shift);
  block[i5] = clipTo16Bits((even2 - odd2) >> shift);
  block[i3] = clipTo16Bits((even3 + odd3) >> shift);
  block[i4] = clipTo16Bits((even3 - odd3) >> shift);
}

function wrapTo16Bits(value: number): number {
  return (value << 16) >> 16;
}

function clipTo16Bits(value: number): number {
  return Math.min(Math.max(value, -32768), 32767);
}
