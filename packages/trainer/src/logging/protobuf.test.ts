import { describe, expect, it } from 'vitest';
import { bytesField, doubleField, floatField, integerField, stringField } from './protobuf.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('protobuf', () => {
  // the worked examples of protobuf.dev, "Encoding"
  it('encodes 150 in field 1, "testing" in field 2, and a message that holds the first in field 3', () => {
    expect(hex(integerField(1, 150))).toBe('089601');
    expect(hex(stringField(2, 'testing'))).toBe('120774657374696e67');
    expect(hex(bytesField(3, integerField(1, 150)))).toBe('1a03089601');
  });

  it('encodes large integers, and numbers as IEEE 754, low byte first', () => {
    expect(hex(integerField(2, 3_000_000_000))).toBe('1080bcc1960b');
    expect(hex(integerField(2, 0))).toBe('1000');
    expect(hex(floatField(2, -5))).toBe('150000a0c0');
    expect(hex(doubleField(1, 1))).toBe('09000000000000f03f');
    expect(hex(integerField(16, 1))).toBe('800101');
  });
});
