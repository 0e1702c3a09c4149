/*
 * The wire format of protocol buffers, as far as event files need it: a message is its encoded fields, one after the
 * other.
 * Source: protobuf.dev, "Encoding".
 */

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED_32 = 5;

function varint(value: number): Buffer {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`protobuf: ${value} is no integer from 0 to 2^53 - 1`);
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

const tag = (field: number, wireType: number) => varint(field * 8 + wireType);

/** A field of type int32, int64 or enum; the value is an integer from 0 to 2^53 - 1. */
export const integerField = (field: number, value: number) => Buffer.concat([tag(field, VARINT), varint(value)]);

/** A field of type double. */
export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([tag(field, FIXED_64), bytes]);
}

/** A field of type float. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([tag(field, FIXED_32), bytes]);
}

/** A field of type bytes, or an embedded message. */
export const bytesField = (field: number, value: Uint8Array) =>
  Buffer.concat([tag(field, LENGTH_DELIMITED), varint(value.length), value]);

/** A field of type string. */
export const stringField = (field: number, value: string) => bytesField(field, Buffer.from(value, 'utf8'));
