import { decodeJpeg, encodeJpeg } from '@sandwich/codecs';
import { assertPicture, type Picture, type PictureCodec } from '@sandwich/pictures';
import type { JpegTables } from './jpeg-tables.js';

/** How finely `tablesCodec` writes a file. */
export interface TablesEncodeOptions {
  /** Factor on all steps of the tables, more than 0 and at most 255. Default 1. */
  stepScale?: number;
}

function assertStepScale(stepScale: number): void {
  if (!(stepScale > 0 && stepScale <= 255)) {
    throw new RangeError(`stepScale must be more than 0 and at most 255, got ${stepScale}`);
  }
}

/**
 * Learned tables as a codec of pictures: ordinary JPEG files with these tables, which any viewer shows. It decodes any JPEG file.
 *
 * @param system the codec owns and disposes it
 */
export function tablesCodec(system: JpegTables): PictureCodec<TablesEncodeOptions> {
  const { subsampling } = system.architecture;
  return {
    bitDepth: 8,
    formats: { '.jpg': {}, '.jpeg': {} },
    options: ['stepScale'],
    name: `learned tables, ${subsampling}`,
    async checkOptions({ stepScale = 1 }) {
      assertStepScale(stepScale);
    },
    async encode(picture, { stepScale = 1 } = {}) {
      assertStepScale(stepScale);
      assertPicture(picture, 'image.', { bitDepth: 8 });
      const tables = system.fileTables(stepScale);
      return encodeJpeg(picture as Picture<Uint8Array>, { tables, subsampling, optimizeHuffman: true });
    },
    decode: (bytes) => decodeJpeg(bytes),
    dispose: () => system.dispose(),
  };
}
