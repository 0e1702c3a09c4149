export { balancedQstep } from './balanced-qstep.js';
export type { ColorTransform } from './color-transform.js';
export { type Configuration, type ConfigurationThresholds, scheduledConfiguration } from './configuration.js';
export { initialQstep } from './initial-qstep.js';
export { phasePlanes } from './phase-planes.js';
export { Sandwich, type SandwichOutputs } from './sandwich.js';
export type { SandwichOptions } from './sandwich-options.js';
