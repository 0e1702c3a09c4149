import { tf } from '@sandwich/engine';
import { msSsim, SMALLEST_MS_SSIM, SMALLEST_UNIFORM_SSIM, uniformSsim } from '@sandwich/losses';
import type { Picture } from '@sandwich/pictures';
import { picturePsnr } from '../measures/psnr.js';
import type { RateDistortionRow } from './rate-distortion-row.js';

const tensorOf = ({ data, width, height, channels }: Picture): tf.Tensor4D =>
  tf.tensor4d(new Float32Array(data), [1, height, width, channels]);

/**
 * What the neural imaging toolbox measures of a file; SSIM and MS-SSIM only of pictures that are large enough for them.
 *
 * @param original of 8 bits a sample
 * @param output what the file was decoded to
 * @param bytes of the file
 */
export function measureFile(
  original: Picture,
  output: Picture,
  bytes: number,
): Pick<RateDistortionRow, 'ssim' | 'psnr' | 'msssim' | 'msssim_db' | 'bytes' | 'bpp'> {
  const { width, height } = original;
  const side = Math.min(width, height);
  const [ssim, msssim] = tf.tidy(() => {
    const [a, b] = [tensorOf(original), tensorOf(output)];
    return [
      ...(side >= SMALLEST_UNIFORM_SSIM ? [uniformSsim(a, b)] : []),
      ...(side >= SMALLEST_MS_SSIM ? [msSsim(a, b)] : []),
    ].map((value) => value.dataSync()[0]);
  });
  return {
    ...(ssim !== undefined && { ssim }),
    psnr: picturePsnr(original, output),
    ...(msssim !== undefined && { msssim, msssim_db: -10 * Math.log10(Math.max(1 - msssim, 1e-12)) }),
    bytes,
    bpp: (8 * bytes) / (width * height),
  };
}
