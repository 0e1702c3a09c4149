import { checkpoint, images } from '../command-line/paths.js';
import { flag } from '../command-line/texts.js';

/** Which of a run's weights a command takes. */
export const checkpointOption = checkpoint('Checkpoint file, or `best`; default the last one');

/** The images on which a run is judged. */
export const evaluationImagesOption = images(
  'Folder, glob, list (.txt) or file; default Kodak from SANDWICH_DATA or fetched, else synthetic images',
);

/** Whether a command may write over what is there. */
export const forceOption = flag('Overwrite files that are there');
