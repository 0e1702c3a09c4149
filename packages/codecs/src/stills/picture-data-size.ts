const CODESTREAM_BOX = 0x6a703263;
const [SOC, SOT, EOC] = [0xff4f, 0xff90, 0xffd9];

const refuse = (caller: string, reason: string): never => {
  throw new Error(`${caller}: ${reason}`);
};

/** Where the codestream of a JPEG 2000 file begins. */
function codestreamAt(file: Buffer): number {
  for (let at = 0; at + 8 <= file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.readUInt32BE(at + 4) === CODESTREAM_BOX) return at + (length === 1 ? 16 : 8);
    // Length 0 is that of a last box, which this one is not.
    if (length < 8) break;
    at += length;
  }
  return refuse('effectiveJpeg2000Size', `these ${file.length} bytes hold no codestream`);
}

/**
 * Bytes of the tile-parts of a JPEG 2000 file: its rate as the neural imaging toolbox measures it, without boxes and the main header.
 *
 * @throws Error when it is no such file, or ends within one of its parts
 */
export function effectiveJpeg2000Size(bytes: Uint8Array): number {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const begin = codestreamAt(file);
  const word = (at: number) =>
    at + 2 <= file.length
      ? file.readUInt16BE(at)
      : refuse('effectiveJpeg2000Size', 'the file ends within its codestream');
  if (word(begin) !== SOC) refuse('effectiveJpeg2000Size', 'its codestream does not begin with SOC');
  let size = 0;
  for (let at = begin + 2; word(at) !== EOC; ) {
    if (word(at) !== SOT) {
      at += 2 + word(at + 2);
      continue;
    }
    word(at + 10);
    const length = file.readUInt32BE(at + 6);
    // The last tile-part may leave its length out: it then goes up to the end mark.
    if (length === 0) return size + file.length - 2 - at;
    if (length < 14 || at + length > file.length) refuse('effectiveJpeg2000Size', 'the file ends within a tile-part');
    size += length;
    at += length;
  }
  return size;
}

/**
 * Bytes of the picture's data in a BPG file: its rate as the neural imaging toolbox measures it, without header and extensions.
 *
 * @throws Error when it is no such file, or is cut off
 */
export function effectiveBpgSize(bytes: Uint8Array): number {
  if (Buffer.from(bytes.subarray(0, 4)).toString('hex') !== '425047fb')
    refuse('effectiveBpgSize', `these ${bytes.length} bytes are no BPG file`);
  let at = 6;
  // Seven bits a byte, the highest ones first; the eighth bit is set in all but the last.
  const number = (): number => {
    let value = 0;
    for (;;) {
      if (at >= bytes.length) refuse('effectiveBpgSize', 'the file ends within its header');
      const byte = bytes[at++];
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
    }
  };
  const hasExtensions = (bytes[5] & 8) !== 0;
  number();
  number();
  const length = number();
  const extensions = hasExtensions ? number() : 0;
  const left = bytes.length - at - extensions;
  if (left < Math.max(length, 1))
    refuse(
      'effectiveBpgSize',
      `the file of ${bytes.length} bytes ends within its extensions or its data of ${length} bytes`,
    );
  return length > 0 ? length : left;
}
