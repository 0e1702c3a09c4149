import { type CodecName, codecs, decodeJpeg, encodeJpeg, flatTables } from '@sandwich/codecs';
import { type Coder, codecCoder, fileCoder } from '@sandwich/evaluation';
import type { Picture } from '@sandwich/pictures';
import type { Contest, EvaluationRequest } from '@sandwich/trainer';
import { editPicture } from './edit-picture.js';
import type { PreEditor } from './pre-editor.js';

/** Qualities of Annex K's tables. */
const QUALITIES = [3, 5, 8, 10, 12, 15, 18, 20, 25, 30, 40, 50, 60, 75, 90];
/** Steps of flat tables. */
const FLAT_STEPS = [120, 90, 70, 55, 45, 38, 32, 27, 23, 19, 16, 13, 10, 7];

const files = { subsampling: '4:4:4', optimizeHuffman: true } as const;

/** Edits each picture once, for all the settings at which it is then coded. */
function editedCoder(
  system: PreEditor,
  of: { name: string; description: string; key: string },
  qualities: readonly number[],
  codec: {
    encode(picture: Picture<Uint8Array>, quality: number): Promise<Uint8Array>;
    decode(file: Uint8Array): Promise<Picture>;
  },
): Coder {
  return {
    ...of,
    settings: qualities.map((quality) => `quality ${quality}`),
    pixels: ({ width, height }) => width * height,
    async *code(picture, indices) {
      const edited = await editPicture(system, picture as Picture<Uint8Array>);
      for (const setting of indices) {
        const file = await codec.encode(edited, qualities[setting]);
        yield { setting, bits: 8 * file.length, output: await codec.decode(file), views: { edited } };
      }
    },
  };
}

const plainJpeg = (
  name: string,
  description: string,
  settings: Record<string, { quality: number } | { flat: number }>,
): Coder =>
  fileCoder<{ quality: number } | { flat: number }>({
    name,
    description,
    group: 'plain JPEG',
    key: JSON.stringify(['JPEG', name, files]),
    settings,
    encode: async (picture, setting) => {
      const tables = 'flat' in setting ? { tables: flatTables(setting.flat) } : setting;
      return encodeJpeg(picture as Picture<Uint8Array>, { ...tables, ...files });
    },
    decode: decodeJpeg,
  });

/** Edited pictures in JPEG files with Annex K's tables, beside pictures as they are with these and with flat ones; or in files of another codec beside it. */
export async function preEditorContests(system: PreEditor, ask: EvaluationRequest<Picture>): Promise<Contest[]> {
  const contests: Contest[] = [];
  for (const name of ask.codecs ?? ['jpeg']) {
    const of = { name: `edited, ${name}`, description: ask.label, key: JSON.stringify([ask.key, name]) };
    if (name === 'jpeg') {
      const qualities = ask.settings?.qualities ?? QUALITIES;
      const encode = async (picture: Picture<Uint8Array>, quality: number) =>
        encodeJpeg(picture, { quality, ...files });
      const named = <T>(prefix: string, values: readonly number[], setting: (value: number) => T) =>
        Object.fromEntries(values.map((value) => [`${prefix} ${value}`, setting(value)]));
      contests.push({
        candidate: editedCoder(system, of, qualities, { encode, decode: decodeJpeg }),
        anchors: [
          plainJpeg(
            'Annex K',
            "Annex K's tables, scaled as libjpeg scales them",
            named('quality', QUALITIES, (quality) => ({ quality })),
          ),
          plainJpeg(
            'flat tables',
            'all steps equal',
            named('flat', FLAT_STEPS, (flat) => ({ flat })),
          ),
        ],
        reference: 'plain JPEG',
      });
      continue;
    }
    const codec = await codecs[name as CodecName]();
    const qualities = ask.settings?.qualities ?? codec.qualities;
    contests.push({
      candidate: editedCoder(system, of, qualities, codec),
      anchors: [codecCoder(codec, { qualities })],
      codec: { name, format: codec.name, description: codec.name, settings: codec.settings },
    });
  }
  return contests;
}
