import { useEffect, useState } from 'preact/hooks';
import type { ShownPicture } from '../../src/inspection.js';
import type { Size } from '../hooks/use-element-size.js';
import { pixelsOf } from './pixels.js';

/** The samples of two pictures of an image; null until they are decoded. */
export function usePixels(a: ShownPicture, b: ShownPicture, size: Size): readonly [ImageData, ImageData] | null {
  const [pixels, setPixels] = useState<{ of: unknown[]; pair: [ImageData, ImageData] } | null>(null);
  useEffect(() => {
    let wanted = true;
    Promise.all([pixelsOf(a, size), pixelsOf(b, size)]).then((pair) => wanted && setPixels({ of: [a, b], pair }));
    return () => {
      wanted = false;
    };
  }, [a, b]);
  return pixels && pixels.of[0] === a && pixels.of[1] === b ? pixels.pair : null;
}
