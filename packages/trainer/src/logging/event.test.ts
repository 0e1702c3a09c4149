import { describe, expect, it } from 'vitest';
import { fileVersionEvent, imageEvent, scalarsEvent, sessionStartEvent } from './event.js';

// bytes recorded from tensorboard.compat.proto.event_pb2.Event(...).SerializeToString(), TensorBoard 2.21
describe('events', () => {
  it('file version', () => {
    expect(fileVersionEvent(1700000000.25).toString('hex')).toBe('0900001040fc54d9411a0d627261696e2e4576656e743a32');
  });

  it('session start', () => {
    expect(sessionStartEvent(1700000001.5, 300).toString('hex')).toBe('0900006040fc54d94110ac023a020801');
  });

  it('scalars', () => {
    expect(scalarsEvent(1700000002.5, 3_000_000_000, { 'train/loss': 0.1, größe: -5 }).toString('hex')).toBe(
      '090000a040fc54d9411080bcc1960b2a230a110a0a747261696e2f6c6f737315cdcccc3d0a0e0a076772c3b6c39f65150000a0c0',
    );
  });

  it('image', () => {
    const png = Uint8Array.from({ length: 150 }, (_, i) => i);
    expect(imageEvent(1700000003, 7, 'prediction', { png, width: 200, height: 3, channels: 3 }).toString('hex')).toBe(
      '090000c040fc54d94110072ab2010aaf010a0a70726564696374696f6e22a001080310c8011803229601' +
        Buffer.from(png).toString('hex'),
    );
  });
});
