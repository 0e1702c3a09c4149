import { extname } from 'node:path';

/**
 * The value that a file's extension stands for; capitals count as small letters.
 *
 * @param kinds by extension, with its dot: `{ '.png': encodePng }`
 * @throws Error naming the extensions when it is none of them
 */
export function byExtension<Value>(path: string, kinds: Readonly<Record<string, Value>>): Value {
  const extension = extname(path).toLowerCase();
  if (!Object.hasOwn(kinds, extension)) {
    throw new Error(`${path}: its extension must be one of ${Object.keys(kinds).join(', ')}`);
  }
  return kinds[extension];
}
