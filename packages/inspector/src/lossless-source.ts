import { encodeLosslessWebp, encodePng, type Picture } from '@sandwich/pictures';

/** Effort on a scale of 0 to 6; more makes files 2 % smaller in twice the time. */
const EFFORT = 2;
/** Pixels of the longest side of a WebP file. */
const LONGEST_WEBP = 16_383;

/** A picture as a `data:` URI of a lossless file: WebP, or PNG where it is too long for that. */
export async function losslessSource(picture: Picture<Uint8Array>): Promise<string> {
  const [type, file] =
    Math.max(picture.width, picture.height) > LONGEST_WEBP
      ? ['png', await encodePng(picture)]
      : ['webp', await encodeLosslessWebp(picture, EFFORT)];
  return `data:image/${type};base64,${Buffer.from(file).toString('base64')}`;
}
