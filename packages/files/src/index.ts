/**
 * Files that are written whole or not at all, and never over others unless that is asked for; logs of JSON lines; locks of folders.
 *
 * @module @sandwich/files
 */

export { byExtension } from './by-extension.js';
export { checkOutputs, type OutputRules } from './check-outputs.js';
export { crc32c, maskedCrc32c } from './crc32c.js';
export { checkFolder, makeFolder } from './folder.js';
export { freePath } from './free-path.js';
export { type JsonlOptions, type JsonlRecord, JsonlWriter } from './jsonl-writer.js';
export { linkTarget } from './link-target.js';
export { LOCK_FILE, type LockOptions, lockFolder } from './lock-folder.js';
export { readJsonl } from './read-jsonl.js';
export { isTemporary, temporaryPath } from './temporary-path.js';
export { writeFileAtomically, writeFilesAtomically } from './write-file-atomically.js';
