import { APP0, START_OF_SCAN } from '../jpeg/jpeg-markers.js';
import type { MetadataFormat } from './metadata-format.js';

// Marker segments (ITU-T T.81, B.1.1.4): 0xFF, the marker, then the length of what follows, itself included, in two bytes.
const APP9 = 0xe9;
const IDENTIFIER = Buffer.from('SANDWICH\0', 'latin1');

interface Segment {
  marker: number;
  /** Offset of the 0xFF before the marker. */
  start: number;
  /** Behind the payload. */
  end: number;
}

/** The segments before the coded data, as far as they are whole. Any number of fill bytes, 0xFF, may stand before each (B.1.1.2). */
function* segmentsOf(file: Buffer): Generator<Segment> {
  let start = 2;
  while (file[start] === 0xff) {
    while (file[start + 1] === 0xff) start++;
    if (start + 4 > file.length) return;
    const marker = file[start + 1];
    const end = start + 2 + file.readUInt16BE(start + 2);
    if (marker === START_OF_SCAN || end > file.length) return;
    yield { marker, start, end };
    start = end;
  }
}

/** An application segment behind that of JFIF, which must come first. */
export const jpegMetadata: MetadataFormat = {
  add(file, metadata) {
    const [first] = segmentsOf(file);
    const at = first?.marker === APP0 ? first.end : 2;
    const head = Buffer.from([0xff, APP9, 0, 0]);
    head.writeUInt16BE(2 + IDENTIFIER.length + metadata.length, 2);
    return Buffer.concat([file.subarray(0, at), head, IDENTIFIER, metadata, file.subarray(at)]);
  },
  find(file) {
    for (const { marker, start, end } of segmentsOf(file)) {
      const payload = file.subarray(start + 4, end);
      if (marker === APP9 && payload.subarray(0, IDENTIFIER.length).equals(IDENTIFIER)) {
        return payload.subarray(IDENTIFIER.length);
      }
    }
    return undefined;
  },
};
