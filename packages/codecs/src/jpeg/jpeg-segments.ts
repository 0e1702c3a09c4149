import { isJpeg } from './decode-jpeg.js';
import { END_OF_IMAGE, START_OF_SCAN } from './jpeg-markers.js';

/** A marker segment (ITU-T T.81, B.1.1.4): 0xFF, the marker, then the length of what follows, itself included, in two bytes. */
export interface JpegSegment {
  marker: number;
  /** Offset of the 0xFF before the marker. */
  start: number;
  /** Behind the payload. */
  end: number;
}

/**
 * The segments of a file up to its first scan's header, which is the last, as far as they are whole. Any number of fill bytes, 0xFF, may stand
 * before each (B.1.1.2).
 */
export function* jpegSegments(file: Uint8Array): Generator<JpegSegment> {
  let start = 2;
  while (file[start] === 0xff) {
    while (file[start + 1] === 0xff) start++;
    if (start + 4 > file.length) return;
    const marker = file[start + 1];
    const end = start + 2 + ((file[start + 2] << 8) | file[start + 3]);
    if (end > file.length) return;
    yield { marker, start, end };
    if (marker === START_OF_SCAN) return;
    start = end;
  }
}

/**
 * Offset of a file's end mark.
 *
 * @param caller for the message
 * @throws Error when the bytes do not begin and end as a JPEG file does
 */
export function endMarkOf(file: Uint8Array, caller: string): number {
  const end = file.length - END_OF_IMAGE.length;
  if (isJpeg(file) && END_OF_IMAGE.every((byte, i) => file[end + i] === byte)) return end;
  throw new Error(`${caller}: these ${file.length} bytes are no whole JPEG file`);
}
