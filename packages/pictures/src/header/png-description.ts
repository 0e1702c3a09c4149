import { inflateSync } from 'node:zlib';
import { type ColorTags, codePointTags, SRGB } from '../color/color-tags.js';
import type { Chromaticities } from '../color/primaries.js';
import type { ByteSource } from './byte-source.js';
import { pngChunks } from './png-chunks.js';

/** What the chunks of a PNG file say of its pixels. */
export interface PngDescription {
  /** Whether it holds more pictures than one. */
  isAnimated: boolean;
  /** Data of the chunks before the image data, by type. */
  chunks: ReadonlyMap<string, Buffer>;
}

const DESCRIBING = ['cICP', 'iCCP', 'sRGB', 'gAMA', 'cHRM', 'acTL', 'fcTL'];
/** A profile longer than that is no profile. */
const MAX_PROFILE = 2 ** 26;

/** Reads the chunks that libvips does not. */
export async function describePng(source: ByteSource): Promise<PngDescription> {
  const chunks = new Map<string, Buffer>();
  for await (const { type, data } of pngChunks(source)) {
    if (DESCRIBING.includes(type) && !chunks.has(type)) chunks.set(type, await data());
  }
  return { isAnimated: isAnimated(chunks), chunks };
}

/**
 * What the chunks say of colour: cICP, iCCP, sRGB, gAMA with cHRM, in the order in which they are to be followed (PNG, third edition,
 * 4.3). Those that are damaged are left out.
 *
 * @throws Error for a cICP chunk of code points that are not known here
 */
export function pngColors({ chunks }: PngDescription): (ColorTags | { profile: Buffer } | undefined)[] {
  return [
    cicp(chunks.get('cICP')),
    profile(chunks.get('iCCP')),
    chunks.get('sRGB')?.length === 1 ? SRGB : undefined,
    gammaAndChromaticities(chunks.get('gAMA'), chunks.get('cHRM')),
  ];
}

/** An animation whose only frame is the picture itself is a picture (11.3.6). */
function isAnimated(chunks: Map<string, Buffer>): boolean {
  const control = chunks.get('acTL');
  if (control === undefined) return false;
  const frames = control.length < 8 ? 0 : control.readUInt32BE(0);
  const startsWithPicture = chunks.has('fcTL');
  return !(frames === 1 && startsWithPicture);
}

function cicp(chunk: Buffer | undefined): ColorTags | undefined {
  if (chunk?.length !== 4) return undefined;
  const [primaries, transfer, matrix, fullRange] = chunk;
  if (matrix !== 0 || fullRange > 1) return undefined;
  const tags = codePointTags(primaries, transfer);
  return tags && { ...tags, narrowRange: fullRange === 0 };
}

/** The name under which a note of W3C lets files say that they are BT.2100 PQ, whatever the profile. */
const PQ_PROFILE = 'ITUR_2100_PQ_FULL';

function profile(chunk: Buffer | undefined): ColorTags | { profile: Buffer } | undefined {
  const end = chunk?.indexOf(0) ?? -1;
  if (chunk === undefined || end < 1) return undefined;
  if (chunk.toString('latin1', 0, end) === PQ_PROFILE) return { transfer: 'pq', primaries: 'bt2020' };
  try {
    return { profile: inflateSync(chunk.subarray(end + 2), { maxOutputLength: MAX_PROFILE }) };
  } catch {
    return undefined;
  }
}

const HUNDRED_THOUSANDTHS = 1e5;
/** 1 / 2.2, by which a file of sRGB may say what it is (11.3.2.5). */
const SRGB_GAMMA = 45455;

/** Without gAMA the curve, without cHRM the primaries are those of sRGB. */
function gammaAndChromaticities(gamma: Buffer | undefined, chromaticities: Buffer | undefined): ColorTags | undefined {
  const exponent = gamma?.length === 4 ? gamma.readUInt32BE(0) : 0;
  const primaries = chromaticities?.length === 32 ? chromaticitiesOf(chromaticities) : undefined;
  if (exponent === 0 && primaries === undefined) return undefined;
  return {
    transfer: exponent === 0 || exponent === SRGB_GAMMA ? 'srgb' : { gamma: HUNDRED_THOUSANDTHS / exponent },
    primaries: primaries ?? SRGB.primaries,
  };
}

function chromaticitiesOf(chunk: Buffer): Chromaticities | undefined {
  const place = (i: number) => [8 * i, 8 * i + 4].map((at) => chunk.readUInt32BE(at) / HUNDRED_THOUSANDTHS);
  const [white, red, green, blue] = [0, 1, 2, 3].map(place) as unknown as Chromaticities['white'][];
  const [[rx, ry], [gx, gy], [bx, by]] = [red, green, blue];
  const area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry);
  return Math.abs(area) > 1e-4 && white[1] > 0 && [ry, gy, by].every((y) => y > 0)
    ? { red, green, blue, white }
    : undefined;
}
