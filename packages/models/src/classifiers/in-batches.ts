/** Pixels that a network sees at a time. */
const PIXELS_AT_ONCE = 2 ** 19;

/**
 * Pictures in their order, as many of one size at a time as a network should see together, at least one.
 *
 * @param most pixels at a time
 */
export function* inBatches<Sized extends { width: number; height: number }>(
  pictures: readonly Sized[],
  most = PIXELS_AT_ONCE,
): Generator<Sized[]> {
  let batch: Sized[] = [];
  for (const picture of pictures) {
    const { width, height } = picture;
    const isOther = batch.length > 0 && (batch[0].width !== width || batch[0].height !== height);
    if (isOther || (batch.length + 1) * width * height > most) {
      if (batch.length > 0) yield batch;
      batch = [];
    }
    batch.push(picture);
  }
  if (batch.length > 0) yield batch;
}
