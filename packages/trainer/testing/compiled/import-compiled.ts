import { existsSync } from 'node:fs';
import type { ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { compiledFile } from './compiled-file.js';

/** Has the sources of packages imported as they are compiled, whoever imports them. */
export const resolve: ResolveHook = async (specifier, context, nextResolve) => {
  const found = await nextResolve(specifier, context);
  const url = compiledFile(found.url);
  return url !== undefined && existsSync(fileURLToPath(url)) ? { ...found, url, format: 'module' } : found;
};
