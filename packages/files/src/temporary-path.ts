import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';

const TEMPORARY = /^\.sandwich-[0-9a-f]{12}\.part$/;

/**
 * A new path beside another, for what is not whole yet. Its name is short and does not depend on the other's, which may be as long as the
 * file system allows.
 */
export const temporaryPath = (path: string): string =>
  join(dirname(path), `.sandwich-${randomBytes(6).toString('hex')}.part`);

/** Whether `temporaryPath` made a name. Such a file, if nobody writes it, was left behind by a process that was killed. */
export const isTemporary = (name: string): boolean => TEMPORARY.test(name);
