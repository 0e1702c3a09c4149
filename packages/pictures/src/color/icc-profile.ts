import { type ColorTags, codePointTags } from './color-tags.js';
import { type Matrix, transpose, type Vector } from './matrix.js';

/** Light of a sample in [0, 1]. */
export type Curve = (sample: number) => number;

/** Curves of the channels; for RGB, a matrix to XYZ with the white D50 follows. */
export interface CurveProfile {
  curves: Curve[];
  toXyz?: Matrix;
}

/** Tables, which are left to LittleCMS. */
export interface TableProfile {
  tables: true;
}

const TAG_TABLE = 128;
const SPACES: Record<1 | 3, string> = { 1: 'GRAY', 3: 'RGB ' };

/**
 * Reads an ICC profile of a grayscale or RGB picture (ICC.1:2022).
 *
 * @returns undefined for what is no such profile, or a damaged one
 * @throws Error where its cicp tag has code points that are not known here
 */
export function parseIccProfile(profile: Buffer, channels: 1 | 3): ColorTags | CurveProfile | TableProfile | undefined {
  if (profile.length < TAG_TABLE + 4 || profile.toString('latin1', 36, 40) !== 'acsp') return undefined;
  if (profile.toString('latin1', 16, 20) !== SPACES[channels]) return undefined;
  const tags = readTags(profile);
  const tagged = cicpTags(tags.get('cicp'));
  if (tagged) return tagged;
  if (tags.has('A2B0') || tags.has('D2B0')) return { tables: true };
  try {
    return channels === 1 ? grayProfile(profile, tags) : rgbProfile(tags);
  } catch {
    return undefined;
  }
}

/** Each tag's data, by signature. */
function readTags(profile: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = profile.readUInt32BE(TAG_TABLE);
  for (let i = 0, at = TAG_TABLE + 4; i < count && at + 12 <= profile.length; i++, at += 12) {
    const offset = profile.readUInt32BE(at + 4);
    tags.set(profile.toString('latin1', at, at + 4), profile.subarray(offset, offset + profile.readUInt32BE(at + 8)));
  }
  return tags;
}

function cicpTags(tag: Buffer | undefined): ColorTags | undefined {
  return tag && tag.length >= 12 ? codePointTags(tag[8], tag[9]) : undefined;
}

function rgbProfile(tags: Map<string, Buffer>): CurveProfile {
  const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((name) => xyzOf(tags.get(name)!));
  const curves = ['rTRC', 'gTRC', 'bTRC'].map((name) => curveOf(tags.get(name)!));
  return { curves, toXyz: transpose(columns as unknown as Matrix) };
}

function grayProfile(profile: Buffer, tags: Map<string, Buffer>): CurveProfile {
  const curve = curveOf(tags.get('kTRC')!);
  const isLab = profile.toString('latin1', 20, 24) === 'Lab ';
  return { curves: [isLab ? (v) => luminance(curve(v)) : curve] };
}

/** Luminance of a CIELAB lightness in [0, 1]. */
const luminance = (lightness: number) =>
  lightness > 0.08 ? ((lightness + 0.16) / 1.16) ** 3 : (lightness * 100 * 27) / 24389;

const fixed = (data: Buffer, at: number) => data.readInt32BE(at) / 65536;

const xyzOf = (tag: Buffer): Vector => [fixed(tag, 8), fixed(tag, 12), fixed(tag, 16)];

function curveOf(tag: Buffer): Curve {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'curv') return tableCurve(tag);
  if (type === 'para') return parametricCurve(tag);
  throw new Error(`a curve of type '${type}'`);
}

/** No entry is the identity, one is an exponent, more are samples of the curve, between which it is linear. */
function tableCurve(tag: Buffer): Curve {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (v) => v;
  if (count === 1) {
    const exponent = tag.readUInt16BE(12) / 256;
    return (v) => v ** exponent;
  }
  const table = Float64Array.from({ length: count }, (_, i) => tag.readUInt16BE(12 + 2 * i) / 65535);
  return (v) => {
    const place = v * (count - 1);
    const i = Math.min(Math.floor(place), count - 2);
    return table[i] + (place - i) * (table[i + 1] - table[i]);
  };
}

/** ICC.1:2022, table 68. */
function parametricCurve(tag: Buffer): Curve {
  const kind = tag.readUInt16BE(8);
  const count = [1, 3, 4, 5, 7][kind];
  const [g, a = 1, b = 0, p3 = 0, p4 = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
    fixed(tag, 12 + 4 * i),
  );
  switch (kind) {
    case 0:
      return (v) => v ** g;
    case 1:
    case 2:
      return (v) => (a * v + b >= 0 ? (a * v + b) ** g : 0) + p3;
    default:
      return (v) => (v >= p4 ? (a * v + b) ** g + e : p3 * v + f);
  }
}
