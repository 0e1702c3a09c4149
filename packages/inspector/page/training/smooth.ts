/**
 * Exponential moving average whose first values are not drawn towards zero: each is divided by the weight that it has seen,
 * as Adam does (Kingma and Ba, 2015, section 3) and TensorBoard.
 *
 * @param weight of what was before, 0 (none) to less than 1
 */
export function smooth(values: readonly number[], weight: number): number[] {
  let [sum, seen] = [0, 0];
  return values.map((value) => {
    sum = weight * sum + (1 - weight) * value;
    seen = weight * seen + (1 - weight);
    return sum / seen;
  });
}
