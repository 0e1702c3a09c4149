/** Below the repository. */
export const COMPILED = 'node_modules/.cache/compiled/';

/**
 * Where a source of a package lies compiled, if it is one that is imported by others.
 *
 * @param source a path or an address
 * @returns the same; undefined for what is no such source
 */
export function compiledFile(source: string): string | undefined {
  const [, root, file] = /^(.*\/)((?:packages\/[\w-]+|data)\/(?:src|testing)\/.*)\.ts$/.exec(source) ?? [];
  return file && `${root}${COMPILED}${file}.js`;
}
