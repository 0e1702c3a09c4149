import { APP0 } from '../jpeg/jpeg-markers.js';
import { jpegSegments } from '../jpeg/jpeg-segments.js';
import type { MetadataFormat } from './metadata-format.js';

const APP9 = 0xe9;
const IDENTIFIER = Buffer.from('SANDWICH\0', 'latin1');

/** An application segment behind that of JFIF, which must come first. */
export const jpegMetadata: MetadataFormat = {
  add(file, metadata) {
    const [first] = jpegSegments(file);
    const at = first?.marker === APP0 ? first.end : 2;
    const head = Buffer.from([0xff, APP9, 0, 0]);
    head.writeUInt16BE(2 + IDENTIFIER.length + metadata.length, 2);
    return Buffer.concat([file.subarray(0, at), head, IDENTIFIER, metadata, file.subarray(at)]);
  },
  find(file) {
    for (const { marker, start, end } of jpegSegments(file)) {
      const payload = file.subarray(start + 4, end);
      if (marker === APP9 && payload.subarray(0, IDENTIFIER.length).equals(IDENTIFIER)) {
        return payload.subarray(IDENTIFIER.length);
      }
    }
    return undefined;
  },
};
