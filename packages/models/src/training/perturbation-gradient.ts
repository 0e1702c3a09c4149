import { type BatchStream, Random } from '@sandwich/data';
import { tf } from '@sandwich/engine';

/** Random signs, 1 or -1, for the perturbation of a variable: [pairs, ...shape]. */
export function drawSigns(random: Random, pairs: number, shape: readonly number[]) {
  const size = shape.reduce((product, side) => product * side, pairs);
  return { shape: [pairs, ...shape], values: Float32Array.from({ length: size }, () => (random.bits() & 1 ? 1 : -1)) };
}

/**
 * A scalar of value 0 whose gradient estimates that of a function which has none, or none that leads anywhere, such as one behind a rounding.
 *
 * Simultaneous perturbation (J. C. Spall, "Multivariate stochastic approximation using a simultaneous perturbation gradient approximation",
 * IEEE Transactions on Automatic Control 37, 1992): with s of random signs and r the radius, the mean over pairs of
 *
 *     s (f(v + r s) - f(v - r s)) / (2 r)
 *
 * is in the mean the gradient of f at v where f is linear within the radius, and that of f smoothed over it elsewhere. It costs two values of
 * f a pair, whatever the number of variables; the variance of an element is about |gradient|^2 / pairs.
 *
 * @param f of tensors in the place of the variables; a scalar
 * @param signs 1 or -1, [pairs, ...shape] for each variable, other ones at each step (`drawSigns`)
 * @param radius how far each element is moved either way, in units of the variables; positive
 * @throws RangeError when the radius is out of range, or signs are of another shape
 */
export function perturbationGradient(
  variables: readonly tf.Variable[],
  f: (values: tf.Tensor[]) => tf.Scalar,
  signs: readonly tf.Tensor[],
  radius: number,
): tf.Scalar {
  if (!(radius > 0 && radius < Infinity))
    throw new RangeError(`perturbationGradient: radius must be positive and finite, got ${radius}`);
  const pairs = signs[0]?.shape[0];
  for (const [i, { shape }] of variables.entries()) {
    if (`${signs[i]?.shape}` !== `${[pairs, ...shape]}`)
      throw new RangeError(`perturbationGradient: signs must be [pairs, ${shape}], got [${signs[i]?.shape}]`);
  }
  return tf.customGrad<tf.Scalar>((...args) => {
    const save = args.at(-1) as unknown as (tensors: tf.Tensor[]) => void;
    const values = args.slice(0, -1) as tf.Tensor[];
    const bySign = signs.map((all) => tf.unstack(all));
    const ofPair = (pair: number) =>
      tf.tidy(() => {
        const own = bySign.map((of) => of[pair]);
        const at = (distance: number) => f(values.map((value, i) => value.add(own[i].mul(distance))));
        const slope = at(radius)
          .sub(at(-radius))
          .div(2 * radius * pairs);
        return own.map((sign) => sign.mul(slope));
      });
    const slopes = Array.from({ length: pairs }, (_, pair) => ofPair(pair));
    save(values.map((_, i) => tf.addN(slopes.map((slope) => slope[i]))));
    return { value: tf.scalar(0), gradFunc: (dy: tf.Scalar, saved: tf.Tensor[]) => saved.map((sum) => sum.mul(dy)) };
  })(...variables);
}

/**
 * The batches of a stream with signs for the perturbation of variables, under their names; those of batch number n depend on nothing but the seed and n.
 *
 * @param shapes of the variables, by the names of their signs
 */
export function withSigns(
  stream: BatchStream,
  shapes: Readonly<Record<string, readonly number[]>>,
  { seed, pairs, position = 0 }: { seed: number; pairs: number; position?: number },
): BatchStream {
  let number = position;
  return {
    ...stream,
    async next() {
      const batch = await stream.next();
      if (batch === null) return null;
      const random = new Random(seed, [number++, 0, 0]);
      const drawn = Object.entries(shapes).map(([name, shape]) => [name, drawSigns(random, pairs, shape)]);
      return { ...batch, arrays: { ...batch.arrays, ...Object.fromEntries(drawn) } };
    },
  };
}
