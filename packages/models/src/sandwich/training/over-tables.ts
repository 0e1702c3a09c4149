import { DiffJpegCodec, roundings } from '@sandwich/codec-proxy';
import type { Subsampling } from '@sandwich/codecs';
import { clippedSteps } from '../../jpeg-tables/initial-tables.js';
import { readTables } from '../../jpeg-tables/read-tables.js';
import { type OverJpegSettings, plainStart, type TwoNetworks } from './over-jpeg.js';

/** What `overTables` makes a sandwich of. */
export interface OverTablesSettings extends Omit<OverJpegSettings, 'gamma' | 'downsampleFactor'> {
  /** A `tables.json` that `export` wrote. */
  tables: string;
  /** Factor on the steps of the file, positive. */
  tableScale: number;
}

/**
 * A sandwich around a JPEG codec of three channels that starts from the plain codec, as `overJpeg` makes it, but with the quantisation
 * tables of a file, which stay as they are. Gradients pass the rounding as in Diff-JPEG, times 3 (c - round(c))^2: where steps are coarse, a
 * gradient passed on whole asks for details that are rounded to 0 until they take bits that they are not worth.
 *
 * @param subsampling chroma of the codec; tables are best for that with which they were learned
 * @throws Error naming a file that holds no tables
 * @throws RangeError for a size of networks that there is not, or a factor that is not positive
 */
export function overTables(settings: OverTablesSettings, subsampling: Subsampling = '4:4:4'): TwoNetworks {
  const { gradient, rateOf, forward } = settings;
  return {
    ...plainStart(settings),
    proxy: new DiffJpegCodec({
      ...tablesOf(settings),
      rounding: roundings.cubicSte,
      gradient: gradient === 'projected' ? 'projected' : 'rounding',
      rateOf,
      forward,
      subsampling,
    }),
  };
}

function tablesOf({ tables, tableScale }: OverTablesSettings): { tableY: number[]; tableC: number[] } {
  if (!(tableScale > 0 && tableScale < Infinity)) {
    throw new RangeError(`tableScale must be positive and finite, got ${tableScale}`);
  }
  const scaled = (table: number[]) => clippedSteps(table.map((step) => step * tableScale));
  const { luma, chroma } = readTables(tables, { name: 'tables', words: ['flat'] });
  return { tableY: scaled(luma), tableC: scaled(chroma) };
}
