import { describe, expect, it } from 'vitest';
import { frameRecord } from './tf-record.js';

// bytes recorded from tensorboard.summary.writer.record_writer, TensorBoard 2.21
describe('frameRecord', () => {
  it('frames nothing', () => {
    expect(frameRecord(new Uint8Array(0)).toString('hex')).toBe('000000000000000029039807d8ea82a2');
  });

  it('frames a file version event', () => {
    const event = '0900001040fc54d9411a0d627261696e2e4576656e743a32';
    expect(frameRecord(Buffer.from(event, 'hex')).toString('hex')).toBe(`1800000000000000a37f4b22${event}338d2fe9`);
  });
});
