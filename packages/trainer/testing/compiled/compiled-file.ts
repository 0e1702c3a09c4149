/** Below a package's folder, where what it depends on is found. */
export const COMPILED = 'node_modules/.cache/compiled/';

/**
 * Where a source of a package lies compiled.
 *
 * @param source a path or an address
 * @returns the same; undefined for what is no such source
 */
export function compiledFile(source: string): string | undefined {
  const [, folder, file] = /^(.*\/(?:packages\/[\w-]+|data)\/)((?:src|testing)\/.*)\.ts$/.exec(source) ?? [];
  return file && `${folder}${COMPILED}${file}.js`;
}
