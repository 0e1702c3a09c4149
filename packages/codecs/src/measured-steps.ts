/**
 * The step of flat tables with which JPEG makes the mean squared error of a codec at a quality, from some that were measured
 * (`testing/equivalent-steps.ts`): between those, its logarithm is linear.
 *
 * @param steps by quality, those of 1 and 100 among them
 */
export function measuredSteps(steps: Readonly<Record<number, number>>): (quality: number) => number {
  const points = Object.entries(steps).map(([quality, step]) => ({
    quality: Number(quality),
    logarithm: Math.log(step),
  }));
  points.sort((a, b) => a.quality - b.quality);
  return (quality) => {
    const next = Math.max(
      1,
      points.findIndex((point) => quality <= point.quality),
    );
    const [low, high] = [points[next - 1], points[next]];
    const share = (quality - low.quality) / (high.quality - low.quality);
    return Math.exp(low.logarithm + share * (high.logarithm - low.logarithm));
  };
}
