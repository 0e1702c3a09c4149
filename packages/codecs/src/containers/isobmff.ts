/**
 * Brands of an ISO base media file, which AVIF and HEIC are (ISO/IEC 14496-12, 4.3): those of its first box, of type `ftyp`. None for
 * what is no such file.
 */
export function fileBrands(bytes: Buffer): string[] {
  if (bytes.length < 16 || bytes.toString('latin1', 4, 8) !== 'ftyp') return [];
  const end = Math.min(bytes.readUInt32BE(0), bytes.length);
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  return brands;
}
