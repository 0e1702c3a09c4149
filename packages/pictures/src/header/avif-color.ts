import { type ColorTags, codePointTags } from '../color/color-tags.js';
import type { ByteSource } from './byte-source.js';

/** Boxes (ISO/IEC 14496-12, 4.2): length, itself included, and type; a full box has four bytes of version and flags before its content. */
const HEADER = 8;
const FULL_BOX = 4;
/** `nclx`, primaries, transfer characteristics, matrix coefficients of two bytes each. */
const COLOR_LENGTH = 10;

/**
 * The code points of an AVIF or HEIF file: the first box `colr` of type `nclx` among the properties of its items
 * (meta, iprp, ipco).
 *
 * @throws Error for code points that are not known here
 */
export async function avifColor(source: ByteSource): Promise<ColorTags | undefined> {
  const meta = await findBox(source, 0, Number.POSITIVE_INFINITY, 'meta');
  const properties = meta && (await findBox(source, meta.start + FULL_BOX, meta.end, 'iprp'));
  const container = properties && (await findBox(source, properties.start, properties.end, 'ipco'));
  for (let at = container?.start; at !== undefined; ) {
    const box = await findBox(source, at, container!.end, 'colr');
    if (box === undefined) return undefined;
    const color = await source(box.start, COLOR_LENGTH);
    if (color.length === COLOR_LENGTH && color.toString('latin1', 0, 4) === 'nclx') {
      return codePointTags(color.readUInt16BE(4), color.readUInt16BE(6));
    }
    at = box.end;
  }
  return undefined;
}

/** Where the content of the first box of a type lies between two places of a file. */
async function findBox(
  source: ByteSource,
  from: number,
  to: number,
  type: string,
): Promise<{ start: number; end: number } | undefined> {
  for (let at = from; at + HEADER <= to; ) {
    const head = await source(at, HEADER);
    if (head.length < HEADER) return undefined;
    const length = head.readUInt32BE(0);
    const end = length === 0 ? to : at + length;
    if (head.toString('latin1', 4) === type) return { start: at + HEADER, end };
    // a length of 1 means that 8 bytes more hold it, which no box before 'meta' or within it needs
    if (length < HEADER) return undefined;
    at = end;
  }
  return undefined;
}
