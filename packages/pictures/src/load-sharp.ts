import type sharp from 'sharp';

/**
 * Loads sharp on first use, so that what needs no decoder does not wait for one, and keeps it to one thread without a cache: libvips
 * would otherwise start as many threads as there are cores beside those of the tensor engine, and hold on to decoded pixels.
 */
export async function loadSharp(): Promise<typeof sharp> {
  const { default: loaded } = await import('sharp');
  loaded.concurrency(1);
  loaded.cache(false);
  return loaded;
}
