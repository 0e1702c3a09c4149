/**
 * Files that are written whole or not at all, and never over others unless that is asked for.
 *
 * @module @sandwich/files
 */

export { byExtension } from './by-extension.js';
export { checkOutputs, type OutputRules } from './check-outputs.js';
export { checkFolder, makeFolder } from './folder.js';
export { freePath } from './free-path.js';
export { linkTarget } from './link-target.js';
export { isTemporary, temporaryPath } from './temporary-path.js';
export { writeFileAtomically, writeFilesAtomically } from './write-file-atomically.js';
