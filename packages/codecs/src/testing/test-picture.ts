import type { Picture } from '@sandwich/pictures';

/** Soft waves of colour with an edge through them. */
export function testPicture(width: number, height: number): Picture<Uint8Array> {
  const data = new Uint8Array(3 * width * height);
  for (let i = 0, y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        data[i++] = 120 + 60 * Math.sin((x + 2 * y) / 9 + c) + 30 * Math.sin((x * y) / 90) + (x > y ? 25 : -25);
      }
    }
  }
  return { data, width, height, channels: 3 };
}
