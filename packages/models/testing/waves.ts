import type { Picture } from '@sandwich/pictures';

/** Numbers within +-scale: `wave` of wave_numbers.py. */
export function wave(count: number, phase: number, scale: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => {
    const x = (Math.imul(i, 2654435761) + phase * 40503) >>> 0;
    return ((Math.imul(x ^ (x >>> 15), 2246822519) >>> 0) / 2 ** 31 - 1) * scale;
  });
}

/** Pixels that nothing can guess from their neighbours. */
export function noise<Channels extends 1 | 3>(
  width: number,
  height: number,
  channels: Channels,
): Picture<Uint8Array, Channels> {
  let state = 1;
  const data = Uint8Array.from({ length: width * height * channels }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
  return { data, width, height, channels };
}
