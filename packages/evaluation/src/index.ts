/**
 * Coders compared: rates, measures, curves and results.
 *
 * @module @sandwich/evaluation
 */

export type { Coder, Coding } from './coder.js';
export type { Measure, MeasureDescription } from './measure.js';
