import type { Stats } from 'node:fs';

/** What an entry of the file system is, in words. */
export function entryName(entry: Stats): string {
  if (entry.isFile()) return 'a file';
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a named pipe (FIFO)';
  return entry.isSocket() ? 'a socket' : 'a device';
}
