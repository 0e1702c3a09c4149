import type { Picture } from '@sandwich/pictures';
import { patternImage } from '../../pictures/testing/pattern-image.js';

/** The pattern in 16 bits, darker by a power, with detail below its levels: as `make_companding.py` has it. */
export function deepPattern({
  width,
  height,
  power,
}: {
  width: number;
  height: number;
  power: number;
}): Picture<Uint16Array, 3> {
  const { data, ...size } = patternImage(width, height);
  const samples = Array.from(data, (value, i) => 256 * value + ((37 * i) % 256));
  return { ...size, data: Uint16Array.from(samples, (x) => Math.round(65535 * (x / 65535) ** power)) };
}
