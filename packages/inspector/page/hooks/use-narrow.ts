import { useMedia } from './use-media.js';

/** Whether the page is as narrow as on a phone. */
export const useNarrow = (): boolean => useMedia('(max-width: 720px)');
