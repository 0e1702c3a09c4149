export { checkGradient, type GradientCheck } from './check-gradient.js';
