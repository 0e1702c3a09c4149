import { DcnCodec } from '@sandwich/models';
import { loadCodec } from '@sandwich/runtime';

/**
 * Loads a run whose system is a DCN.
 *
 * @throws Error as `loadCodec`, and when the run's system is another one
 */
export async function loadDcnCodec(run: string, options: Parameters<typeof loadCodec>[1] = {}): Promise<DcnCodec> {
  const codec: unknown = await loadCodec(run, options);
  if (codec instanceof DcnCodec) return codec;
  (codec as { dispose?(): void }).dispose?.();
  throw new Error(`${run} is no learned codec of the kind dcn, such as the experiment \`dcn\` trains`);
}
