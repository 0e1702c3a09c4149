import type { Metadata } from 'sharp';
import { type ColorTags, SRGB } from '../color/color-tags.js';
import { type CurveProfile, parseIccProfile, type TableProfile } from '../color/icc-profile.js';
import { avifColor } from './avif-color.js';
import type { ByteSource } from './byte-source.js';
import { type PngDescription, pngColors } from './png-description.js';

/** How a file's samples are to be understood: by its tags or by its profile. */
export type FileColor = ColorTags | CurveProfile | TableProfile;

/**
 * The colour of a file: a profile, or tags in the formats that have them. A file that says nothing of its colour, or nothing that can be
 * understood, is sRGB. EXIF's tag ColorSpace counts as little as it does in browsers.
 *
 * @throws Error for code points that are not known here
 */
export async function fileColor(
  { format, icc }: Metadata,
  png: PngDescription | undefined,
  source: ByteSource,
  channels: 1 | 3,
): Promise<FileColor> {
  const found = png
    ? pngColors(png)
    : [icc && { profile: icc }, format === 'heif' ? await avifColor(source) : undefined];
  for (const color of found) {
    if (color === undefined) continue;
    if ('transfer' in color) return color;
    const profile = parseIccProfile(color.profile, channels);
    if (profile) return profile;
  }
  return SRGB;
}
