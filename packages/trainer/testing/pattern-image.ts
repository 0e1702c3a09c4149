export { patternImage } from '../../pictures/testing/pattern-image.js';
