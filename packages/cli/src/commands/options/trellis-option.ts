import { positive } from '../../command-line/numbers.js';

/** Has the levels of files searched by the steps of their tables. */
export const trellisOption = positive(
  'Search levels instead of rounding them: this many squared steps of error are worth a bit, such as 0.035',
);
