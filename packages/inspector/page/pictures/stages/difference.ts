/** How two pictures differ, over all samples of red, green and blue. */
export interface Difference {
  /** The absolute difference of every sample, times the gain, at most 255. */
  picture: ImageData;
  mean: number;
  largest: number;
  /** dB, of 8 bits; Infinity for equal pictures. */
  psnr: number;
}

/** @param a @param b pictures of one size */
export function differenceOf(a: ImageData, b: ImageData, gain: number): Difference {
  const picture = new ImageData(a.width, a.height);
  let [sum, squares, largest] = [0, 0, 0];
  for (let i = 0; i < a.data.length; i++) {
    if (i % 4 === 3) {
      picture.data[i] = 255;
      continue;
    }
    const difference = Math.abs(a.data[i] - b.data[i]);
    sum += difference;
    squares += difference * difference;
    largest = Math.max(largest, difference);
    picture.data[i] = gain * difference;
  }
  const count = 3 * a.width * a.height;
  return { picture, mean: sum / count, largest, psnr: 10 * Math.log10((255 * 255 * count) / squares) };
}
