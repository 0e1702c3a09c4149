import type { PictureCodec } from '@sandwich/pictures';
import { loadRun } from '@sandwich/trainer';

/** Options of codecs as commands give them: each codec says which it knows. */
export type CodecOptions = Record<string, unknown>;

/**
 * Loads a run's system to use it as a codec. The engine must have been started.
 *
 * @param note hears of checkpoints that are passed over; default standard error
 * @throws Error when the run cannot be loaded (see `loadRun`), or its system codes no pictures
 */
export async function loadCodec(
  run: string,
  { checkpoint, note }: { checkpoint?: string; note?: (text: string) => void } = {},
): Promise<PictureCodec<CodecOptions, CodecOptions>> {
  const { kind, system } = await loadRun(run, checkpoint, note);
  try {
    if (!kind.codec) throw new Error(`systems of the kind '${kind.name}' do not code pictures`);
    // Each codec looks at the options that it is given.
    return kind.codec(system) as PictureCodec<CodecOptions, CodecOptions>;
  } catch (error) {
    system.dispose();
    throw new Error(`${run} cannot be used as a codec: ${(error as Error).message}`, { cause: error });
  }
}
