import { checkpoint, images } from '../../command-line/paths.js';
import { flag, loggers } from '../../command-line/texts.js';

/** Which of a run's weights a command takes. */
export const checkpointOption = checkpoint('Checkpoint file, or `best`; default the last one');

/** The images on which a run is judged. */
export const evaluationImagesOption = images(
  'Folder, glob, list (.txt) or file; default Kodak from SANDWICH_DATA or fetched, else synthetic images',
);

/** Where a training run is logged. */
export const logOption = loggers(
  'Log there, besides records and pictures in the run directory: tensorboard, the default; mlflow=<address>, an MLflow server, such as ' +
    'mlflow=http://127.0.0.1:5000#experiment; none; may be repeated',
);

/** Whether a command may write over what is there. */
export const forceOption = flag('Overwrite files that are there');
