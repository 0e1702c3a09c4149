import { subsamplings } from '@sandwich/codecs';
import { choice } from '../../command-line/texts.js';

/** The chroma of JPEG files, and what is to be said of it. */
export const subsamplingOption = (note = '') => choice(`Chroma subsampling${note}`, subsamplings);
