import { registerKind, type SystemKind } from '@sandwich/trainer';
import { JpegTables } from './jpeg-tables.js';

/** What can be done with learned quantisation tables. */
export const jpegTablesKind: SystemKind<JpegTables> = registerKind<JpegTables>({
  name: 'jpeg-tables',
  module: '@sandwich/models',
  build: (architecture) => new JpegTables(architecture),
  facts({ architecture: { scale, subsampling } }) {
    const kept = scale === 'log' ? 'their logarithms' : 'as they are';
    return [
      { label: 'Chroma', value: subsampling },
      { label: 'Steps are kept', value: kept },
    ];
  },
});
