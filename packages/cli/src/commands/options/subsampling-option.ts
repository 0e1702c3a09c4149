import { choice } from '../../command-line/texts.js';

/** The chroma of JPEG files. */
export const subsamplingOption = choice('Chroma subsampling', ['4:4:4', '4:2:2', '4:2:0'] as const);
