import { codecs } from '@sandwich/codecs';
import { codecCoder, fileCoder } from '@sandwich/evaluation';
import type { Picture, PictureCodec } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { hasRange, RANGE_QUALITIES } from './range-of-rates.js';

const JPEG_QUALITIES = [3, 5, 8, 12, 18, 25, 35, 45, 55, 65, 75, 82, 88, 92, 95];

/**
 * A learned codec beside JPEG, whose chroma has full size since the codec's has, too. A network has one rate, of which several make a curve, or a
 * range of them.
 *
 * @param coder.name for people, such as `DCN`
 * @param coder.setting what a network of one rate is, such as its channels
 */
export async function learnedCodecContest(
  coder: { name: string; setting: string; codec: PictureCodec },
  { key, label, settings = {} }: EvaluationRequest<Picture>,
): Promise<Contest> {
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  const { name, setting, codec } = coder;
  return {
    candidate: fileCoder<object>({
      name,
      description: label,
      key,
      settings: hasRange(codec)
        ? Object.fromEntries(RANGE_QUALITIES.map((quality) => [`quality ${quality}`, { quality }]))
        : { [setting]: {} },
      encode: (picture, options) => codec.encode(picture, options),
      decode: (file) => codec.decode(file),
    }),
    anchors: [codecCoder(jpeg, { name: 'JPEG 4:4:4', group: 'JPEG', qualities: settings.qualities ?? JPEG_QUALITIES })],
    reference: 'JPEG',
  };
}
