import { fileURLToPath } from 'node:url';
import { compileSources } from './compile-sources.js';
import { compiledFile } from './compiled-file.js';

await compileSources();

/**
 * Program and arguments of the `sandwich` command, for another process. A compiler that is loaded with it, and through which a
 * thousand modules are imported, would take most of the time of a short training; here it is done once for many processes.
 */
export const compiledCommand = (): string[] => [
  process.execPath,
  compiledFile(fileURLToPath(new URL('sandwich.ts', import.meta.url)))!,
];
