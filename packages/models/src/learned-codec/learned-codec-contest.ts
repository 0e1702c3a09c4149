import { codecs } from '@sandwich/codecs';
import { codecCoder, fileCoder } from '@sandwich/evaluation';
import type { Picture, PictureCodec } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';

const JPEG_QUALITIES = [3, 5, 8, 12, 18, 25, 35, 45, 55, 65, 75, 82, 88, 92, 95];

/**
 * A learned codec beside JPEG, whose chroma has full size since the codec's has, too. A network has one rate; several make a curve.
 *
 * @param coder.name for people, such as `DCN`
 * @param coder.setting what the network is, such as its channels
 */
export async function learnedCodecContest(
  coder: { name: string; setting: string; codec: PictureCodec },
  { key, label, settings = {} }: EvaluationRequest<Picture>,
): Promise<Contest> {
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  const { name, setting, codec } = coder;
  return {
    candidate: fileCoder({
      name,
      description: label,
      key,
      settings: { [setting]: {} },
      encode: (picture) => codec.encode(picture),
      decode: (file) => codec.decode(file),
    }),
    anchors: [codecCoder(jpeg, { name: 'JPEG 4:4:4', group: 'JPEG', qualities: settings.qualities ?? JPEG_QUALITIES })],
    reference: 'JPEG',
  };
}
