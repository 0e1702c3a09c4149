import type { Picture } from '@sandwich/pictures';
import { type EvaluationRequest, registerKind, resolveStoredSettings, type SystemKind } from '@sandwich/trainer';
import { type DistortionWeights, namedDistortions } from '../training/distortions.js';
import { orDispose } from '../training/or-dispose.js';
import { exportedTables } from './exported-tables.js';
import { JpegTables } from './jpeg-tables.js';
import { openJpegTablesObjective } from './jpeg-tables-objective.js';
import { checkJpegTablesSettings, commonTableSettings } from './jpeg-tables-settings.js';
import { tableHeatMaps } from './table-heat-maps.js';
import { tablesCodec } from './tables-codec.js';
import { tablesContest } from './tables-contest.js';

/** What can be done with learned quantisation tables. */
export const jpegTablesKind: SystemKind<JpegTables> = registerKind<JpegTables>({
  name: 'jpeg-tables',
  module: '@sandwich/models',
  build: (architecture) => new JpegTables(architecture),
  async objective({ architecture, settings, description, data }) {
    const { distortion } = description as { distortion?: DistortionWeights };
    if (distortion === undefined) return undefined;
    const mix = namedDistortions(distortion);
    const known = { settings: commonTableSettings, checkSettings: checkJpegTablesSettings };
    const resolved = resolveStoredSettings(known, settings);
    const system = new JpegTables(architecture);
    return orDispose(system, openJpegTablesObjective(system, resolved, mix, data));
  },
  facts({ architecture: { scale, subsampling } }) {
    const kept = { log: 'their logarithms', linear: 'as they are', '1e-5': '1e-5 of them' }[scale];
    return [
      { label: 'Chroma', value: subsampling },
      { label: 'Steps are kept', value: kept },
    ];
  },
  // Steps are means of a table.
  takesFractionalSteps: () => true,
  contenders: async (system, ask) => [tablesContest(system, ask as EvaluationRequest<Picture>)],
  heatMaps: tableHeatMaps,
  exports: { folder: 'tables', files: exportedTables },
  // Half a step more or less would be another entry of a file.
  packedWeights: 'float32',
  codec: tablesCodec,
});
