import type { LabelledPictures } from '../src/labelled/labelled-pictures.js';

/** The bytes of CIFAR pictures whose sample of channel c at pixel i is number + 50 c + i, modulo 256. */
export function tinyCifar(labels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((label, number) => [
      ...label,
      ...[0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, (_, i) => number + 50 * channel + i)),
    ]),
  );
}

/** Pictures whose red is x + 1, green y + 1, blue the picture's index; black is none of them. */
export function tinyPictures(sizes: readonly (readonly [width: number, height: number])[]): LabelledPictures {
  return {
    description: `${sizes.length} pictures of 3 classes of a test`,
    classes: ['a', 'b', 'c'],
    labels: Int32Array.from(sizes, (_, index) => index % 3),
    names: sizes.map((_, index) => `picture ${index}`),
    sizes: sizes.map(([width, height]) => ({ width, height })),
    async picture(index) {
      const [width, height] = sizes[index];
      const data = new Uint8Array(3 * width * height);
      for (let i = 0; i < width * height; i++) data.set([(i % width) + 1, Math.floor(i / width) + 1, index], 3 * i);
      return { data, width, height, channels: 3 };
    },
  };
}
