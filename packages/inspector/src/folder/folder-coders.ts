import { decodeJpeg } from '@sandwich/codecs';
import {
  LearnedJpeg,
  type LearnedJpegArchitecture,
  learnedJpegCoder,
  ljpegPil,
  PreEditor,
  preEditorCodec,
} from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import { loadRun, systemKey } from '@sandwich/trainer';

/** Makes a file of a picture, and a picture of that file. */
export interface FolderCoder {
  /** Coders of one key code alike. */
  key: unknown;
  code(picture: Picture<Uint8Array>): Promise<{ bits: number; output: Picture }>;
}

/** What the published evaluation calls the systems that it knows: tables alone, also of a run with attention, or with attention. */
export const jpegTypes = ['ljpeg', 'ljpeg_attention'] as const;

/** One of `jpegTypes`. */
export type JpegType = (typeof jpegTypes)[number];

/** A run that is loaded. */
export interface LoadedCoder extends FolderCoder {
  dispose(): void;
}

/** A system of LearnedJPEG as `--jpeg-type` takes it. @throws Error for attention where there is none */
function asJpegType(system: LearnedJpeg, type: JpegType | undefined): LearnedJpeg {
  if (type === 'ljpeg_attention' && !system.attention)
    throw new Error('it has no attention, and ljpeg_attention is asked for');
  if (type !== 'ljpeg' || !system.attention) return system;
  const { luma, chroma } = system.tables.stepValues();
  const initial = { luma: Array.from(luma), chroma: Array.from(chroma) };
  const architecture: LearnedJpegArchitecture = { ...system.architecture, attention: null, initial };
  system.dispose();
  return new LearnedJpeg(architecture);
}

/**
 * Loads a run as `compress` would use it without options: LearnedJPEG as its settings say it is judged. The engine must have been started.
 *
 * @param type see `jpegTypes`; default what the run is
 * @throws Error when the run cannot be loaded, or its system codes no pictures of 8 bits
 */
export async function runCoder(
  directory: string,
  type: JpegType | undefined,
  note: (text: string) => void,
): Promise<LoadedCoder> {
  const { kind, system } = await loadRun(directory, undefined, note);
  try {
    if (system instanceof LearnedJpeg) return learnedCoder(asJpegType(system, type));
    if (!kind.codec) throw new Error(`systems of the kind '${kind.name}' do not code pictures`);
    const key = ['codec', systemKey(system)];
    const codec = kind.codec(system);
    if (codec.bitDepth !== 8) throw new Error(`its pictures have ${codec.bitDepth} bits a sample, not 8`);
    return {
      key,
      async code(picture) {
        const file = await codec.encode(picture);
        return { bits: 8 * file.length, output: await codec.decode(file) };
      },
      dispose: () => codec.dispose?.(),
    };
  } catch (error) {
    system.dispose();
    throw error;
  }
}

function learnedCoder(system: LearnedJpeg): LoadedCoder {
  const coder = learnedJpegCoder(system, { name: 'run', description: 'run', key: 'run' }, { run: 1 });
  return {
    key: ['ljpeg', systemKey(system)],
    async code(picture) {
      for await (const { bits, output } of coder.code(picture, [0])) return { bits, output };
      throw new Error('the coder left the picture out');
    },
    dispose: () => system.dispose(),
  };
}

/** Plain JPEG with Annex K's tables, 4:4:4: ljpeg_PIL. */
export const plainCoder = (quality: number): FolderCoder => ({
  key: ['JPEG 4:4:4', quality],
  async code(picture) {
    const file = ljpegPil(picture, quality);
    return { bits: 8 * file.length, output: await decodeJpeg(file) };
  },
});

/**
 * A pre-editing network before plain JPEG, at some qualities. The engine must have been started.
 *
 * @throws Error when the run cannot be loaded, or is of another kind
 */
export async function googleCoders(
  directory: string,
  qualities: readonly number[],
  note: (text: string) => void,
): Promise<{ coders: FolderCoder[]; dispose(): void }> {
  const { system } = await loadRun(directory, undefined, note);
  if (!(system instanceof PreEditor)) {
    system.dispose();
    throw new Error(`${directory} is no run of deep pre-editing, such as google-baseline trains`);
  }
  const key = systemKey(system);
  const codec = preEditorCodec(system);
  return {
    coders: qualities.map((quality) => ({
      key: ['pre-editing', key, quality],
      async code(picture: Picture<Uint8Array>) {
        const file = await codec.encode(picture, { quality });
        return { bits: 8 * file.length, output: await codec.decode(file) };
      },
    })),
    dispose: () => codec.dispose?.(),
  };
}
