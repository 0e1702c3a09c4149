import { readFileSync } from 'node:fs';

/** Debian's reference BLAS makes matrix products twenty times slower: one line of advice when it is the one loaded. */
export function blasWarning(): string[] {
  let maps: string;
  try {
    maps = readFileSync('/proc/self/maps', 'utf8');
  } catch {
    return [];
  }
  return /\/blas\/libblas\.so/.test(maps)
    ? [
        'engine: libtorch uses the reference BLAS, which is slow; `apt-get install libopenblas0-pthread` makes matrix products twenty times faster',
      ]
    : [];
}
