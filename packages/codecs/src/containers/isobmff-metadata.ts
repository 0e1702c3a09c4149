import type { MetadataFormat } from './metadata-format.js';

// Boxes (ISO/IEC 14496-12, 4.2): length, itself included, and type, four bytes each; a length of 1 means that eight more bytes hold it, one
// of 0 that the box goes to the end of the file. A box 'uuid' begins with a user type of 16 bytes; readers pass over those that they
// do not know. At the end of a file it moves nothing that other boxes point to.
const HEADER = 8;
const USER_TYPE = Buffer.from('5f1d7a2e8c094b6aa1d3534e4457e100', 'hex');

interface Box {
  type: string;
  payload: Buffer;
  toEnd: boolean;
}

function box(type: string, ...payload: Uint8Array[]): Buffer {
  const content = Buffer.concat(payload);
  const head = Buffer.alloc(HEADER);
  head.writeUInt32BE(HEADER + content.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** The boxes of a file, not those inside of others, as far as they are whole. */
function* boxesOf(file: Buffer): Generator<Box> {
  let at = 0;
  while (at + HEADER <= file.length) {
    const stated = file.readUInt32BE(at);
    const header = stated === 1 ? HEADER + 8 : HEADER;
    if (at + header > file.length) return;
    const length = stated === 0 ? file.length - at : stated === 1 ? Number(file.readBigUInt64BE(at + HEADER)) : stated;
    if (length < header || at + length > file.length) return;
    yield {
      type: file.toString('latin1', at + 4, at + 8),
      payload: file.subarray(at + header, at + length),
      toEnd: stated === 0,
    };
    at += length;
  }
}

/** AVIF and HEIC. */
export const boxMetadata: MetadataFormat = {
  add(file, metadata) {
    const boxes = [...boxesOf(file)];
    if (boxes.length === 0 || boxes.at(-1)!.toEnd) {
      throw new Error("addFileMetadata: the file's last box has no length, nothing can follow it");
    }
    return Buffer.concat([file, box('uuid', USER_TYPE, metadata)]);
  },
  find(file) {
    for (const { type, payload } of boxesOf(file)) {
      if (type === 'uuid' && payload.subarray(0, USER_TYPE.length).equals(USER_TYPE)) {
        return payload.subarray(USER_TYPE.length);
      }
    }
    return undefined;
  },
};

/** JPEG XL's container (ISO/IEC 18181-2): its signature, its file type, then the codestream in a box. */
function jxlContainer(codestream: Buffer): Buffer {
  return Buffer.concat([
    box('JXL ', Buffer.from('0d0a870a', 'hex')),
    box('ftyp', Buffer.from('jxl \0\0\0\0jxl ', 'latin1')),
    box('jxlc', codestream),
  ]);
}

const isCodestream = (file: Buffer): boolean => file.toString('hex', 0, 2) === 'ff0a';

export const jxlMetadata: MetadataFormat = {
  add: (file, metadata) => boxMetadata.add(isCodestream(file) ? jxlContainer(file) : file, metadata),
  find: (file) => (isCodestream(file) ? undefined : boxMetadata.find(file)),
};
