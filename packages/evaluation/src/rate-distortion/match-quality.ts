/**
 * Finds the quality of a codec at which a number comes nearest to a target, by bisection, as the neural imaging toolbox matches JPEG.
 *
 * @param measure of a quality, rising with it: bits per pixel, or SSIM
 * @param range whole numbers, the lowest and the highest quality. Default 1 and 95
 * @returns the quality, of two that are as near the lower one, and what was measured there
 */
export async function matchQuality(
  measure: (quality: number) => number | Promise<number>,
  target: number,
  [low, high]: readonly [number, number] = [1, 95],
): Promise<{ quality: number; value: number }> {
  const measured = new Map<number, number>();
  const at = async (quality: number) => {
    const value = measured.get(quality) ?? (await measure(quality));
    measured.set(quality, value);
    return value;
  };
  // The lowest quality that reaches the target lies within [from, to].
  let [from, to] = [low, high];
  while (from < to) {
    const middle = Math.floor((from + to) / 2);
    if ((await at(middle)) < target) from = middle + 1;
    else to = middle;
  }
  const above = { quality: from, value: await at(from) };
  if (from === low) return above;
  const below = { quality: from - 1, value: await at(from - 1) };
  return target - below.value <= Math.abs(above.value - target) ? below : above;
}
