import type { CodecFiles } from '@sandwich/codec-proxy';
import type { Sandwich } from './sandwich.js';

/**
 * The real files that the codec of a sandwich stands for.
 *
 * @throws Error when it stands for none, as a codec without the member `files`
 */
export function codecFiles({ proxy }: Pick<Sandwich, 'proxy'>): CodecFiles {
  if (proxy.files) return proxy.files;
  const name = proxy.describe()?.codec;
  throw new Error(
    `the codec between the networks${name ? ` (${name})` : ''} stands for no real files: it has no member 'files'`,
  );
}
