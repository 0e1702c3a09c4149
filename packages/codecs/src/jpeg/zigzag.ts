/**
 * The order in which a block's coefficients are coded (ITU-T T.81, Figure A.6): `zigzag[k]` is the place in the row-by-row block of
 * the k-th coefficient. The walk goes along the anti-diagonals, those of even number upwards, those of odd number downwards.
 */
export const zigzag: Uint8Array = Uint8Array.from(
  Array.from({ length: 64 }, (_, place) => place).sort((a, b) => rank(a) - rank(b)),
);

function rank(place: number): number {
  const row = place >> 3;
  const column = place & 7;
  const diagonal = row + column;
  return 8 * diagonal + (diagonal % 2 === 0 ? column : row);
}

/** The inverse of `zigzag`: when the coefficient at a place of the row-by-row block is coded. */
export const zigzagRank: Uint8Array = Uint8Array.from(zigzag, (_, place) => zigzag.indexOf(place));
