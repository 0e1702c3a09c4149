import type { Options } from 'yargs';

/** Which of a run's weights a command takes. */
export const checkpointOption = {
  type: 'string',
  describe: 'Checkpoint file, or `best`; default the last',
} as const satisfies Options;

/** What a run is judged on. */
export const evaluationImagesOption = {
  type: 'string',
  describe: 'Folder, glob, list (.txt) or file; default Kodak of SANDWICH_DATA or fetched, else synthetic',
} as const satisfies Options;
