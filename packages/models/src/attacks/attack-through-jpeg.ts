import { tf } from '@sandwich/engine';
import { chain, clip, descend, projectBall, scale, sign } from '@sandwich/trainer';
import type { Recogniser } from '../classifiers/recogniser.js';
import { type AttackedJpeg, jpegGradients } from './jpeg-gradients.js';

/** How far an attack goes, and by which steps: one step of the whole budget, several that add up to it, or longer ones from a random start. */
export const attackMethods = ['fgsm', 'i-fgsm', 'pgd'] as const;
/** One of `attackMethods`. */
export type AttackMethod = (typeof attackMethods)[number];

/** Options of {@link attackThroughJpeg}. */
export interface AttackOptions extends AttackedJpeg {
  method: AttackMethod;
  /** Most that a sample may change, a whole number of gray levels, 1 to 255. */
  budget: number;
  /** How many steps `i-fgsm` and `pgd` take; `fgsm` takes one. */
  steps: number;
  /** A name of `jpegGradients`. */
  gradient: string;
  /** Makes the random start of `pgd` and random roundings repeatable. */
  seed: number;
}

/** Steps of `pgd` add up to this many budgets, so that it reaches the border of the ball from anywhere within (Madry et al. 2018). */
const PGD_REACH = 2.5;

/** @throws RangeError naming the option */
function checkAttackOptions({ method, budget, steps, gradient, quality }: AttackOptions): void {
  if (!attackMethods.includes(method)) {
    throw new RangeError(`attackThroughJpeg: method must be ${attackMethods.join(', ')}, got ${method}`);
  }
  if (!Object.hasOwn(jpegGradients, gradient)) {
    const known = Object.keys(jpegGradients).join(', ');
    throw new RangeError(`attackThroughJpeg: gradient must be one of ${known}, got ${gradient}`);
  }
  const whole = { budget: [budget, 255], steps: [steps, 1e6], quality: [quality, 100] };
  for (const [name, [value, most]] of Object.entries(whole)) {
    if (!(Number.isInteger(value) && value >= 1 && value <= most)) {
      throw new RangeError(`attackThroughJpeg: ${name} must be a whole number of 1 to ${most}, got ${value}`);
    }
  }
}

/**
 * Changes images so that a recogniser no longer knows them after JPEG compression: ascent of its loss by steps of equal length, in the sign of
 * the gradient, within a ball about the images in the maximum norm.
 *
 * FGSM: I. Goodfellow, J. Shlens, C. Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015. I-FGSM: A. Kurakin, I. Goodfellow,
 * S. Bengio, "Adversarial examples in the physical world", 2017. PGD: A. Madry et al., "Towards deep learning models resistant to adversarial
 * attacks", ICLR 2018. Through JPEG: R. Shin, D. Song, "JPEG-resistant adversarial images", 2017; C. Reich et al., WACV 2024.
 *
 * @param images [B,H,W,3], whole numbers of 0 to 255; the caller's to dispose
 * @param labels what the recogniser should see, [B] or [B,H,W], int32
 * @returns whole numbers of 0 to 255, not coded yet
 * @throws RangeError naming an option that is out of range
 * @example
 * const options = { method: 'pgd', budget: 4, steps: 10, quality: 75, subsampling: '4:2:0', forward: 'real', gradient: 'diff-jpeg', seed: 0 } as const;
 * const changed = await attackThroughJpeg(classifier, images, labels, options);
 */
export async function attackThroughJpeg(
  recogniser: Pick<Recogniser, 'apply' | 'loss'>,
  images: tf.Tensor4D,
  labels: tf.Tensor,
  options: AttackOptions,
): Promise<tf.Tensor4D> {
  checkAttackOptions(options);
  const { method, budget, gradient, seed } = options;
  const steps = method === 'fgsm' ? 1 : options.steps;
  const reach = method === 'pgd' ? PGD_REACH * budget : budget;
  const start = tf.tidy(() => {
    if (method !== 'pgd') return images.clone();
    const noise = tf.randomUniform<tf.Rank.R4>(images.shape, -budget, budget, 'float32', seed);
    return tf.clipByValue(images.add<tf.Tensor4D>(noise), 0, 255);
  });
  const changed = tf.variable<tf.Rank.R4>(start);
  start.dispose();
  let step = 0;
  try {
    await descend(
      { changed },
      ({ targets }) => {
        const coded = jpegGradients[gradient](changed as tf.Tensor4D, options, seed * options.steps + step++);
        return tf.neg(tf.sum<tf.Scalar>(recogniser.loss(recogniser.apply(coded), targets)));
      },
      {
        optimizer: chain(sign(), scale(reach / steps), projectBall(images, budget, 'inf'), clip(0, 255)),
        steps,
        inputs: { targets: labels },
      },
    );
    return tf.tidy(() => tf.round(changed));
  } finally {
    changed.dispose();
  }
}
