import { tf } from '@sandwich/engine';
import { padSymmetric } from '../resampling/pad-symmetric.js';
import { crop } from '../resampling/replicate-edges.js';
import { resize } from '../resampling/resize.js';
import { splitChannels } from '../split-channels.js';
import { mixRgbToYuv, mixYuvToRgb } from '../transforms/colorspace.js';
import { BLOCK_AREA, BLOCK_SIZE, blockDct, GREY, inverseBlockDct } from '../transforms/dct.js';

/** Options of `JpegProxy`. */
export interface JpegProxyOptions {
  /** Transform three-channel images to BT.601 YUV before coding and back after it. Default false. */
  convertToYuv?: boolean;
  /** Code the second and third plane at half the height and width (4:2:0). Default false. */
  downsampleChroma?: boolean;
}

/** Coefficients of one plane, [B, h/8, w/8, 64], by vertical and then horizontal frequency. */
export type PlaneCoefficients = Partial<Record<'y' | 'u' | 'v', tf.Tensor4D>>;

/**
 * The differentiable half of JPEG: pixels to DCT coefficients and back, for images of any size with one to three
 * channels (sandwiched compression, `JpegProxy` of the published code).
 *
 * Sides are padded by mirroring at the bottom and on the right to a multiple of 8, or of 16 with `downsampleChroma`,
 * and cropped back. Chroma is reduced with an antialiased triangle filter and enlarged with Lanczos3.
 *
 * The published layer codes exactly three channels. Here a plane that is not there is not computed, and as YUV needs
 * three channels, images of one or two are coded plane by plane, as they are, even with `convertToYuv`.
 */
export class JpegProxy {
  readonly convertToYuv: boolean;
  readonly downsampleChroma: boolean;

  constructor({ convertToYuv = false, downsampleChroma = false }: JpegProxyOptions = {}) {
    this.convertToYuv = convertToYuv;
    this.downsampleChroma = downsampleChroma;
  }

  /**
   * DCT coefficients. Every plane is coded about mid-grey: 128 is subtracted, and chroma, which lies about 128 after
   * the colour conversion, loses that again. So it is enough to subtract 128 from RGB first: greys have no chroma, and
   * filters keep constants.
   *
   * @param images [B, H, W, C], C of 1 to 3, in [0, 255]
   * @returns coefficients of the planes that share a size, [B, h/8, w/8, planes * 64]: all planes, or luma and chroma
   * if that is downsampled
   */
  forward(images: tf.Tensor4D): tf.Tensor4D[] {
    assertImages(images);
    const channels = images.shape[3];
    return tf.tidy(() => {
      let planes = padSymmetric(images, this.blockSpan).sub<tf.Tensor4D>(GREY);
      if (this.isColour(channels)) planes = mixRgbToYuv(planes);
      if (!this.hasSmallChroma(channels)) return [blockDct(planes)];

      const [luma, chroma] = splitChannels(planes, [1, channels - 1]);
      const half: [number, number] = [chroma.shape[1] / 2, chroma.shape[2] / 2];
      return [blockDct(luma), blockDct(resize(chroma, half, 'bilinear', { antialias: true }))];
    });
  }

  /**
   * Inverse of {@link forward}.
   *
   * @param coefficients as `forward` returns them, quantised or not
   * @param size [H, W] of the images
   * @returns [B, H, W, C], neither rounded nor clipped
   */
  inverse(coefficients: tf.Tensor4D[], [height, width]: [number, number]): tf.Tensor4D {
    return tf.tidy(() => {
      const [first, ...rest] = coefficients.map((planes) => inverseBlockDct(planes));
      const [, paddedHeight, paddedWidth] = first.shape;
      const enlarged = rest.map((chroma) => resize(chroma, [paddedHeight, paddedWidth], 'lanczos3'));
      let planes = crop(enlarged.length > 0 ? tf.concat([first, ...enlarged], 3) : first, height, width);
      const channels = planes.shape[3];
      if (this.isColour(channels)) planes = mixYuvToRgb(planes);
      return planes.add<tf.Tensor4D>(GREY);
    });
  }

  /**
   * Codes and decodes images.
   *
   * @param images [B, H, W, C], C of 1 to 3, in [0, 255]
   * @param quantize quantises and dequantises coefficients of any shape; must be element by element
   * @param options `clipTo`: clip the result to [0, clipTo]; not clipped when left out
   * @returns the decoded images, [B, H, W, C], and the dequantised coefficients of each plane
   * @example
   * const quantize = (c: tf.Tensor4D) => c.div(20).round().mul<tf.Tensor4D>(20);
   * const { image } = new JpegProxy({ convertToYuv: true }).apply(photos, quantize, { clipTo: 255 });
   */
  apply(
    images: tf.Tensor4D,
    quantize: (coefficients: tf.Tensor4D) => tf.Tensor4D,
    { clipTo }: { clipTo?: number } = {},
  ): { image: tf.Tensor4D; coefficients: PlaneCoefficients } {
    return tf.tidy(() => {
      const dequantized = this.forward(images).map(quantize);
      const decoded = this.inverse(dequantized, [images.shape[1], images.shape[2]]);
      const image = clipTo === undefined ? decoded : tf.clipByValue(decoded, 0, clipTo);
      const [y, u, v] = dequantized.flatMap((planes) =>
        splitChannels(planes, new Array(planes.shape[3] / BLOCK_AREA).fill(BLOCK_AREA)),
      );
      return { image, coefficients: { y, ...(u && { u }), ...(v && { v }) } };
    });
  }

  private get blockSpan(): number {
    return this.downsampleChroma ? 2 * BLOCK_SIZE : BLOCK_SIZE;
  }

  private isColour(channels: number): boolean {
    return this.convertToYuv && channels === 3;
  }

  private hasSmallChroma(channels: number): boolean {
    return this.downsampleChroma && channels > 1;
  }
}

function assertImages(images: tf.Tensor4D): void {
  if (images.rank !== 4 || images.size === 0 || images.shape[3] > 3) {
    throw new RangeError(
      `JpegProxy: images must be [B, H, W, C] with C of 1 to 3 and not empty, got [${images.shape}]`,
    );
  }
}
