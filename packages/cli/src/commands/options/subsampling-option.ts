import { choice } from '../../command-line/texts.js';

/** The chroma of JPEG files, and what is to be said of it. */
export const subsamplingOption = (note = '') =>
  choice(`Chroma subsampling${note}`, ['4:4:4', '4:2:2', '4:2:0'] as const);
