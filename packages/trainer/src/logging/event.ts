import { bytesField, doubleField, floatField, integerField, stringField } from './protobuf.js';

/*
 * TensorFlow's Event message. Field numbers from `core/util/event.proto` and `core/framework/summary.proto`:
 * Event { wall_time = 1, step = 2, file_version = 3, summary = 5, session_log = 7 }, Summary { value = 1 },
 * Summary.Value { tag = 1, simple_value = 2, image = 4 }, Summary.Image { height = 1, width = 2, colorspace = 3,
 * encoded_image_string = 4 }, SessionLog { status = 1 } with START = 1.
 */

const event = (wallTime: number, ...fields: Buffer[]) => Buffer.concat([doubleField(1, wallTime), ...fields]);

/** The first event of every file. `wallTime`: seconds since 1970, as in all events. */
export const fileVersionEvent = (wallTime: number) => event(wallTime, stringField(3, 'brain.Event:2'));

/** Says that a run starts at this step: TensorBoard forgets what an earlier, interrupted start wrote from there on. */
export const sessionStartEvent = (wallTime: number, step: number) =>
  event(wallTime, integerField(2, step), bytesField(7, integerField(1, 1)));

export function scalarsEvent(wallTime: number, step: number, values: Readonly<Record<string, number>>): Buffer {
  const summary = Object.entries(values).map(([tag, value]) =>
    bytesField(1, Buffer.concat([stringField(1, tag), floatField(2, value)])),
  );
  return event(wallTime, integerField(2, step), bytesField(5, Buffer.concat(summary)));
}

export interface EncodedImage {
  png: Uint8Array;
  width: number;
  height: number;
  /** 1 grayscale, 3 RGB. */
  channels: 1 | 3;
}

export function imageEvent(wallTime: number, step: number, tag: string, image: EncodedImage): Buffer {
  const message = Buffer.concat([
    integerField(1, image.height),
    integerField(2, image.width),
    integerField(3, image.channels),
    bytesField(4, image.png),
  ]);
  const value = Buffer.concat([stringField(1, tag), bytesField(4, message)]);
  return event(wallTime, integerField(2, step), bytesField(5, bytesField(1, value)));
}
