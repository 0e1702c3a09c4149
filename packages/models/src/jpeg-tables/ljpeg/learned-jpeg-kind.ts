import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { orDispose } from '../../training/or-dispose.js';
import { exportedTables } from '../exported-tables.js';
import { tableHeatMaps } from '../table-heat-maps.js';
import { LearnedJpeg } from './learned-jpeg.js';
import { learnedJpegCodec } from './learned-jpeg-codec.js';
import { learnedJpegContests } from './learned-jpeg-contest.js';
import { openLearnedJpegObjective } from './learned-jpeg-objective.js';
import { checkLearnedJpegSettings, learnedJpegSettings } from './learned-jpeg-settings.js';
import { smoothingOnnx } from './smoothing-onnx.js';

const attentions = { vgg19: 'VGG19 up to block3, as published', small: 'a small network on blocks' };

/** What can be done with a trained LearnedJPEG. */
export const learnedJpegKind: SystemKind<LearnedJpeg> = registerKind<LearnedJpeg>({
  name: 'ljpeg',
  module: '@sandwich/models',
  build: (architecture) => new LearnedJpeg(architecture),
  async objective({ architecture, settings, data }) {
    const known = { settings: learnedJpegSettings, checkSettings: checkLearnedJpegSettings };
    const resolved = resolveStoredSettings(known, settings);
    const system = new LearnedJpeg(architecture);
    return orDispose(system, openLearnedJpegObjective(system, resolved, data));
  },
  facts({ architecture: { attention, smoothing }, attention: network }) {
    const none = { label: 'Attention', value: 'none: tables alone' };
    if (attention === null) return [none];
    const count = Object.values(network!.parameters).reduce((sum, { size }) => sum + size, 0);
    return [
      { label: 'Attention', value: `${attentions[attention]}, ${count.toLocaleString('en')} parameters` },
      { label: 'Smoothing', value: smoothing === 'pixels' ? 'pixels of 8 bits' : 'levels of JPEG' },
    ];
  },
  contenders: (system, ask) => learnedJpegContests(system, ask as EvaluationRequest<Picture>),
  heatMaps: (system, items) => tableHeatMaps(system.tables, items),
  exports: {
    folder: 'export',
    files(system, origin) {
      const tables = exportedTables(
        { fileTables: () => system.fileTables(), architecture: { subsampling: '4:4:4' } },
        origin,
      );
      return system.attention ? { ...tables, 'smoothing.onnx': smoothingOnnx(system, origin) } : tables;
    },
  },
  // Half a step more or less would be another entry of a file.
  packedWeights: 'float32',
  codec: learnedJpegCodec,
});
