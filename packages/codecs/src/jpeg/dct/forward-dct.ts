import type { Picture } from '@sandwich/pictures';

// The 8-point DCT of Loeffler, Ligtenberg and Moschytz, "Practical Fast 1-D DCT Algorithms with 11 Multiplications" (ICASSP 1989),
// in libjpeg's fixed-point form, bit for bit its "islow" transform. With c_k = sqrt(2) cos(k pi / 16) it yields
//   F(0) = sum_x f(x),   F(u) = sum_x f(x) sqrt(2) cos((2x + 1) u pi / 16),
// sqrt(8) times the orthonormal transform, in two dimensions 8 times; quantisation divides by that.
// Sums f(x) + f(7-x) give the even frequencies, differences f(x) - f(7-x) the odd ones. A rotation of (a, b) takes three products,
// one of which, of a + b, its two outputs share; the odd half is a rotation by c3 and c5 around two such pairs.
// Constants have 13 fractional bits. Between the two passes values keep 2 fractional bits. The constants stand in inverse-dct.ts, too:
// imported ones halve the speed of the encoder.
const FRACTION = 13;
const ROW_SHIFT = FRACTION - 2;
const COLUMN_SHIFT = FRACTION + 2;

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
 * Transforms the 8x8 samples whose upper left one lies at `offset` of the plane, after taking 128 from each.
 *
 * @param block receives 64 coefficients row by row, 8 times those of the orthonormal transform
 */
export function forwardDct({ data, width }: Picture<Uint8Array, 1>, offset: number, block: Int32Array): void {
  for (let place = 0; place < 64; offset += width) {
    for (let x = 0; x < 8; x++) block[place++] = data[offset + x] - 128;
  }
  for (let row = 0; row < 64; row += 8) transformLine(block, row, 1, ROW_SHIFT);
  for (let column = 0; column < 8; column++) transformLine(block, column, 8, COLUMN_SHIFT);
}

function transformLine(block: Int32Array, start: number, stride: number, shift: number): void {
  const i1 = start + stride;
  const i2 = i1 + stride;
  const i3 = i2 + stride;
  const i4 = i3 + stride;
  const i5 = i4 + stride;
  const i6 = i5 + stride;
  const i7 = i6 + stride;
  const half = 1 << (shift - 1);

  const sum07 = block[start] + block[i7];
  const sum16 = block[i1] + block[i6];
  const sum25 = block[i2] + block[i5];
  const sum34 = block[i3] + block[i4];
  const dif07 = block[start] - block[i7];
  const dif16 = block[i1] - block[i6];
  const dif25 = block[i2] - block[i5];
  const dif34 = block[i3] - block[i4];

  const outer = sum07 + sum34;
  const inner = sum16 + sum25;
  block[start] = (((outer + inner) << FRACTION) + half) >> shift;
  block[i4] = (((outer - inner) << FRACTION) + half) >> shift;

  const a = sum07 - sum34;
  const b = sum16 - sum25;
  const shared = Math.imul(a + b, C6) + half;
  block[i2] = (shared + Math.imul(a, C2_MINUS_C6)) >> shift;
  block[i6] = (shared - Math.imul(b, C2_PLUS_C6)) >> shift;

  const p = dif34 + dif16;
  const q = dif25 + dif07;
  const nested = Math.imul(p + q, C3) + half;
  const forP = nested - Math.imul(p, C3_PLUS_C5);
  const forQ = nested - Math.imul(q, C3_MINUS_C5);
  const ends = Math.imul(dif34 + dif07, -C3_MINUS_C7);
  const middles = Math.imul(dif25 + dif16, -C1_PLUS_C3);
  block[i7] = (Math.imul(dif34, C3_PLUS_C5_MINUS_C1_MINUS_C7) + ends + forP) >> shift;
  block[i5] = (Math.imul(dif25, C1_PLUS_C3_MINUS_C5_PLUS_C7) + middles + forQ) >> shift;
  block[i3] = (Math.imul(dif16, C1_PLUS_C3_PLUS_C5_MINUS_C7) + middles + forP) >> shift;
  block[i1] = (Math.imul(dif07, C1_PLUS_C3_MINUS_C5_MINUS_C7) + ends + forQ) >> shift;
}
