import type { ShownMeasure } from '../src/inspection.js';
import { capital } from './capital.js';

/** A measure with its unit, such as `PSNR, dB`. */
export const measureTitle = ({ label, unit }: ShownMeasure): string => capital(unit ? `${label}, ${unit}` : label);

/** Which way a measure is better, for headings. */
export const arrowOf = ({ better }: ShownMeasure): string => (better === 'more' ? '↑' : '↓');

/** The same in words, for those who do not see the arrow. */
export const directionOf = ({ better }: ShownMeasure): string => `${better} is better`;
