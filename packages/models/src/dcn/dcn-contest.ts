import { codecs } from '@sandwich/codecs';
import { codecCoder, fileCoder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import type { Dcn } from './dcn.js';
import { DcnCodec } from './picture-codec/dcn-codec.js';

const JPEG_QUALITIES = [3, 5, 8, 12, 18, 25, 35, 45, 55, 65, 75, 82, 88, 92, 95];

/** A DCN beside JPEG, whose chroma has full size as the original compares. A DCN has one rate; several make a curve. */
export async function dcnContest(
  dcn: Dcn,
  { key, label, settings = {} }: EvaluationRequest<Picture>,
): Promise<Contest> {
  const codec = new DcnCodec(dcn);
  const jpeg = await codecs.jpeg({ subsampling: '4:4:4' });
  return {
    candidate: fileCoder({
      name: 'DCN',
      description: label,
      key,
      settings: { [`${dcn.architecture.features} channels`]: {} },
      encode: (picture) => codec.encode(picture),
      decode: (file) => codec.decode(file),
    }),
    anchors: [codecCoder(jpeg, { name: 'JPEG 4:4:4', group: 'JPEG', qualities: settings.qualities ?? JPEG_QUALITIES })],
    reference: 'JPEG',
  };
}
