/**
 * The `sandwich` command.
 *
 * @module @sandwich/cli
 */

export { main } from './main.js';
