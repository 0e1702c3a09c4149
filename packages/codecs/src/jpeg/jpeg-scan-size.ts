import { START_OF_SCAN } from './jpeg-markers.js';
import { endMarkOf, jpegSegments } from './jpeg-segments.js';

/**
 * Bytes of the entropy-coded data of a JPEG file with one scan: those behind the scan's header, without the end mark.
 *
 * @throws Error when it is no whole JPEG file with a scan
 */
export function jpegScanSize(file: Uint8Array): number {
  const endMark = endMarkOf(file, 'jpegScanSize');
  for (const { marker, end } of jpegSegments(file)) if (marker === START_OF_SCAN) return endMark - end;
  throw new Error('jpegScanSize: the file has no scan');
}
