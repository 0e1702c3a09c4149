import {
  type Codec,
  codecs,
  createBpgCodec,
  createJpeg2000Codec,
  effectiveBpgSize,
  effectiveJpeg2000Size,
  effectiveJpegSize,
  MissingToolError,
} from '@sandwich/codecs';
import { measureFile, type RateDistortionRow } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';

/** A codec that learned ones are compared with, as the neural imaging toolbox measures it. */
interface AnchorKind {
  name: string;
  create(): Promise<Codec>;
  qualities: readonly number[];
  /** The lowest and the highest quality among which one is searched. */
  range: readonly [low: number, high: number];
  /** Bytes of a file without its headers. */
  effectiveSize(file: Uint8Array): number;
}

const upTo = (count: number, value: (i: number) => number) => Array.from({ length: count }, (_, i) => value(i));

const jpegKind = (name: string, optimizeHuffman: boolean): AnchorKind => ({
  name,
  create: () => codecs.jpeg({ subsampling: '4:4:4', optimizeHuffman }),
  qualities: upTo(19, (i) => 95 - 5 * i),
  range: [1, 95],
  effectiveSize: effectiveJpegSize,
});

/**
 * Codecs to compare with, by the names of their CSV files. The neural imaging toolbox has JPEG by Pillow's defaults, which are Annex K's Huffman tables;
 * optimised ones are the stronger anchor. Its qualities end at 10; 5 takes the curves of detailed pictures down to half a bit per pixel.
 */
const KINDS = {
  jpeg: jpegKind('JPEG 4:4:4', true),
  'jpeg-annex-k-huffman': jpegKind('JPEG 4:4:4, Annex K Huffman', false),
  jpeg2000: {
    name: 'JPEG 2000',
    create: () => createJpeg2000Codec(),
    qualities: upTo(20, (i) => 25 + i),
    range: [15, 60],
    effectiveSize: effectiveJpeg2000Size,
  },
  bpg: {
    name: 'BPG 4:4:4',
    create: () => createBpgCodec(),
    qualities: upTo(30, (i) => 42 - i),
    range: [1, 52],
    effectiveSize: effectiveBpgSize,
  },
} satisfies Record<string, AnchorKind>;

/** Names of the codecs that learned ones are compared with. */
export const anchorNames = Object.keys(KINDS) as AnchorName[];
export type AnchorName = keyof typeof KINDS;

/** What was measured of a file of an anchor. */
export type AnchorRow = RateDistortionRow & { quality: number };

export interface Anchor extends Omit<AnchorKind, 'create'> {
  key: AnchorName;
  codec: Codec;
}

/**
 * Opens codecs to compare with.
 *
 * @param names of the codecs; default all that are installed, and `note` is told which are not
 * @throws Error naming the package to install when one that was named is missing
 */
export async function openAnchors(names: readonly AnchorName[] | undefined, note: (text: string) => void) {
  const anchors: Anchor[] = [];
  for (const key of names ?? anchorNames) {
    const { create, ...kind } = KINDS[key];
    try {
      anchors.push({ ...kind, key, codec: await create() });
    } catch (error) {
      if (names !== undefined || !(error instanceof MissingToolError)) throw error;
      note(`${kind.name} is left out: ${error.message}`);
    }
  }
  return anchors;
}

/** Files of an anchor of some pictures, each coded and measured once. */
export function anchorFiles(
  { codec, key, effectiveSize }: Anchor,
  items: readonly { name: string; picture: Picture<Uint8Array, 3> }[],
): (image_id: number, quality: number) => Promise<AnchorRow> {
  const known = new Map<string, AnchorRow>();
  return async (image_id, quality) => {
    const at = `${image_id} ${quality}`;
    const earlier = known.get(at);
    if (earlier) return earlier;
    const { name: filename, picture } = items[image_id];
    const file = await codec.encode(picture, quality);
    const measured = measureFile(picture, await codec.decode(file), file.length);
    const row = { image_id, filename, codec: key, quality, ...measured, effective_bytes: effectiveSize(file) };
    known.set(at, row);
    return row;
  };
}

/** What was measured of an anchor. */
export interface MeasuredAnchor {
  anchor: Anchor;
  /** Further files of it. */
  coded: ReturnType<typeof anchorFiles>;
  rows: AnchorRow[];
}

/** What is said of an anchor whose program has failed. */
export const failureOf =
  ({ name }: Anchor) =>
  (error: Error): string =>
    `${name} failed: ${error.message}`;

/**
 * Codes pictures at all qualities of an anchor.
 *
 * @returns with `failure`, and the rows until then, where a file could not be made
 */
export async function measureAnchor(
  anchor: Anchor,
  items: Parameters<typeof anchorFiles>[1],
): Promise<MeasuredAnchor & { failure?: string }> {
  const coded = anchorFiles(anchor, items);
  const rows: AnchorRow[] = [];
  for (const image_id of items.keys()) {
    for (const quality of anchor.qualities) {
      const row = await coded(image_id, quality).catch(failureOf(anchor));
      if (typeof row === 'string') return { anchor, coded, rows, failure: row };
      rows.push(row);
    }
  }
  return { anchor, coded, rows };
}
