import { lumaBt601 } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';
import type { BottleneckLayout } from './file-header.js';

/**
 * How a bottleneck becomes one image: as it is where it has one channel, or three that the codec takes as a colour image; else channel
 * below channel in a grayscale image. Its height is a multiple of 8, so that each block of a JPEG file belongs to one channel, and is
 * coded as in a file of its own.
 *
 * @throws Error when the codec stands for no files, and for bottlenecks whose channels are coded at different sizes
 */
export function bottleneckLayout(model: Sandwich): BottleneckLayout {
  const { bottleneckChannels } = model;
  const { convertToYuv, downsampleChroma } = codecFiles(model).layout;
  if (bottleneckChannels === 1 || (bottleneckChannels === 3 && convertToYuv)) return 'channels';
  if (!downsampleChroma && !(convertToYuv && bottleneckChannels > 3)) return 'stacked';
  throw new Error(
    `a bottleneck of ${bottleneckChannels} channels (convertToYuv ${convertToYuv}, downsampleChroma ${downsampleChroma}) does not fit into one image file`,
  );
}

/** The image that the codec gets. */
export function bottleneckPicture(
  bottleneck: Picture<Uint8Array, number>,
  layout: BottleneckLayout,
): Picture<Uint8Array> {
  const { data, width, height, channels } = bottleneck;
  if (layout === 'channels') return { data, width, height, channels: channels as Picture<Uint8Array>['channels'] };
  const stacked = new Uint8Array(data.length);
  const plane = width * height;
  for (let i = 0, from = 0; i < plane; i++) for (let k = 0; k < channels; k++) stacked[k * plane + i] = data[from++];
  return { data: stacked, width, height: channels * height, channels: 1 };
}

/**
 * The bottleneck that an image holds. What a codec stored as colour for want of a grayscale format becomes luma.
 *
 * @throws Error when the image has not the size of such a bottleneck, or no colour where that has some
 */
export function pictureBottleneck(
  image: Picture<Uint8Array>,
  { width, height, channels, layout }: { width: number; height: number; channels: number; layout: BottleneckLayout },
): Picture<Uint8Array, number> {
  const rows = layout === 'stacked' ? channels * height : height;
  const colour = layout === 'channels' && channels === 3;
  if (image.width !== width || image.height !== rows || (colour && image.channels !== 3)) {
    throw new Error(
      `its sandwich metadata contradict its image: that has ${image.width} x ${image.height} pixels of ${image.channels} ` +
        `channels, they tell of ${width} x ${rows} of ${colour ? 3 : 1}`,
    );
  }
  const { data } = colour ? image : lumaBt601(image);
  if (layout === 'channels') return { data, width, height, channels };
  const interleaved = new Uint8Array(data.length);
  const plane = width * height;
  for (let i = 0, to = 0; i < plane; i++) for (let k = 0; k < channels; k++) interleaved[to++] = data[k * plane + i];
  return { data: interleaved, width, height, channels };
}
