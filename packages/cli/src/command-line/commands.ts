import { attackDefinition } from '../commands/attack.js';
import { benchmarkDefinition } from '../commands/benchmark.js';
import { compressDefinition } from '../commands/compress.js';
import { fetchDefinition, makeDefinition, reduceDefinition } from '../commands/data.js';
import { decompressDefinition } from '../commands/decompress.js';
import { demoDefinition } from '../commands/demo.js';
import { evalDefinition } from '../commands/eval.js';
import { evalFolderDefinition } from '../commands/eval-folder.js';
import { exportDefinition } from '../commands/export.js';
import { galleryDefinition } from '../commands/gallery.js';
import { importKerasDefinition } from '../commands/import-keras.js';
import { importL3icDefinition } from '../commands/import-l3ic.js';
import { inspectDefinition } from '../commands/inspect.js';
import { lpipsScaleDefinition } from '../commands/lpips-scale.js';
import { packDefinition } from '../commands/pack.js';
import { quickstartDefinition } from '../commands/quickstart.js';
import { rateDistortionDefinition } from '../commands/rate-distortion.js';
import { rateModelsDefinition } from '../commands/rate-models.js';
import { sweepDefinition } from '../commands/sweep.js';
import { sweepReportDefinition } from '../commands/sweep-report.js';
import { sweepRunDefinition } from '../commands/sweep-run.js';
import { tableAccuracyDefinition } from '../commands/table-accuracy.js';
import { tableSearchDefinition } from '../commands/table-search.js';
import { tableSensitivityDefinition } from '../commands/table-sensitivity.js';
import { trainDefinition } from '../commands/train-definition.js';
import { viewDefinition } from '../commands/view.js';
import type { Command } from './command.js';

/** All commands of `sandwich`, in the order of its help. */
export const commands: readonly Command[] = [
  trainDefinition,
  evalDefinition,
  evalFolderDefinition,
  exportDefinition,
  importKerasDefinition,
  importL3icDefinition,
  inspectDefinition,
  galleryDefinition,
  compressDefinition,
  decompressDefinition,
  viewDefinition,
  demoDefinition,
  benchmarkDefinition,
  packDefinition,
  sweepDefinition,
  sweepRunDefinition,
  sweepReportDefinition,
  fetchDefinition,
  makeDefinition,
  reduceDefinition,
  lpipsScaleDefinition,
  attackDefinition,
  tableSensitivityDefinition,
  tableSearchDefinition,
  tableAccuracyDefinition,
  rateDistortionDefinition,
  rateModelsDefinition,
  quickstartDefinition,
];
