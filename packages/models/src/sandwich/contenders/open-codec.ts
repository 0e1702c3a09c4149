import { subsamplingOf } from '@sandwich/codec-proxy';
import { type Codec, type CodecName, codecs } from '@sandwich/codecs';
import { codecFiles } from '../codec-files.js';
import type { Sandwich } from '../sandwich.js';

/** Whether the bottleneck of a model lies in colour files. */
export const isInColour = (model: Sandwich): boolean =>
  codecFiles(model).layout.convertToYuv === true && model.bottleneckChannels >= 3;

/**
 * A codec for the files of a model's bottleneck: colour with the chroma that the proxy was trained for, where the codec leaves a choice, and
 * 4:2:0 for 4:2:2 in other codecs than JPEG. Grayscale images that must be stored as colour have little chroma to store.
 *
 * @throws Error naming the package to install when a program is missing
 */
export function openCodec(name: CodecName, model: Sandwich): Promise<Codec> {
  const asked = isInColour(model) ? subsamplingOf(codecFiles(model).layout) : '4:2:0';
  if (name === 'jpeg') return codecs.jpeg({ subsampling: asked });
  return codecs[name]({ subsampling: asked === '4:2:2' ? '4:2:0' : asked });
}

/** How the bottleneck of a model lies in files of a codec. */
export function layoutText(codec: Codec, model: Sandwich): string {
  const { bottleneckChannels } = model.architecture;
  const { layout } = codecFiles(model);
  if (!isInColour(model)) {
    const files = bottleneckChannels === 1 ? 'grayscale' : `${bottleneckChannels} grayscale files`;
    const halved = layout.downsampleChroma && bottleneckChannels > 1 ? ', second and third of three at half size' : '';
    return `${files}${halved}${codec.grayscale ? '' : ', stored as colour'}`;
  }
  const asked = subsamplingOf(layout);
  const { subsampling } = codec.settings;
  const colour = subsampling === undefined ? 'XYB 4:4:4' : `YUV ${subsampling}`;
  const other = (subsampling ?? '4:4:4') === asked ? '' : ` (the networks were trained for ${asked})`;
  return `${colour}${other}${bottleneckChannels === 3 ? '' : `, ${bottleneckChannels} channels in groups of three`}`;
}
