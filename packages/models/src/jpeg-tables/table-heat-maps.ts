import { annexKTables, jpegSize, type QuantizationTables } from '@sandwich/codecs';
import type { Picture } from '@sandwich/pictures';
import type { HeatMap, HeatMaps } from '@sandwich/trainer';
import { fileTables } from './file-tables.js';
import { type DctSensitivities, sensitivityTables } from './j4d/sensitivity-tables.js';
import type { JpegTables } from './jpeg-tables.js';
import { tableRows } from './table-rows.js';
import { valueAtRate } from './values-in-range.js';

/** Halvings of the range of the factor: of a range of 400, these leave less than a thousandth. */
const HALVINGS = 14;

/** The factor on Annex K's tables with which pictures take as many bits as with others. */
const factorAtEqualRate = (bytesOf: (tables: QuantizationTables) => number, tables: QuantizationTables): number =>
  valueAtRate((factor) => bytesOf(fileTables(annexKTables, factor)), bytesOf(tables), [0.02, 8], HALVINGS);

const meanLog = (table: ArrayLike<number>) => Array.from(table).reduce((sum, step) => sum + Math.log(step), 0) / 64;

/** Exponent of the steps that are best where errors are small; see `sensitivityTables`. */
const EXPONENT = 0.5;

/** How sensitive recognisers are to each frequency of a table, and how learned steps differ from those that this asks for, by table. */
function sensitivityMaps(
  steps: QuantizationTables,
  sensitivities: DctSensitivities,
): Record<'luma' | 'chroma', HeatMap[]> {
  const most = Math.max(...sensitivities.luma, ...sensitivities.chroma);
  const mean = Math.exp((meanLog(steps.luma) + meanLog(steps.chroma)) / 2);
  const asked = sensitivityTables(sensitivities, mean, EXPONENT);
  const mapsOf = (name: 'luma' | 'chroma') => [
    {
      title: 'sensitivity, thousandths of the largest of both',
      rows: tableRows(sensitivities[name].map((value) => (1000 * value) / most)),
      digits: 1,
    },
    { title: 'steps by sensitivity, of equal mean', rows: tableRows(asked[name]) },
    {
      title: 'learned / by sensitivity',
      rows: tableRows(Array.from(steps[name], (step, i) => step / asked[name][i])),
      digits: 2,
      centre: 1,
    },
  ];
  return { luma: mapsOf('luma'), chroma: mapsOf('chroma') };
}

/**
 * Learned tables beside Annex K's, scaled so that pictures take as many bits, and their ratio.
 *
 * @param items whose files are compared; without any, Annex K's tables are scaled to the same mean logarithm of luma
 * @param sensitivities are shown beside the tables, with the steps that are proportional to their power of -1/2, of the same geometric mean
 */
export function tableHeatMaps(
  system: JpegTables,
  items: readonly Picture[],
  sensitivities?: DctSensitivities,
): HeatMaps[] {
  const tables = system.fileTables();
  const { subsampling } = system.architecture;
  const bytesOf = (given: QuantizationTables) =>
    items.reduce(
      (sum, item) => sum + jpegSize(item as Picture<Uint8Array>, { tables: given, subsampling, optimizeHuffman: true }),
      0,
    );
  const factor =
    items.length > 0 ? factorAtEqualRate(bytesOf, tables) : Math.exp(meanLog(tables.luma) - meanLog(annexKTables.luma));
  const standard = fileTables(annexKTables, factor);
  const basis = items.length > 0 ? 'at equal rate' : 'of equal mean';
  const more = sensitivities && sensitivityMaps(tables, sensitivities);
  return (['luma', 'chroma'] as const).map((name) => {
    const [learned, annexK] = [tables[name], standard[name]];
    return {
      title: `Quantisation table of ${name}`,
      maps: [
        { title: 'learned', rows: tableRows(learned) },
        { title: `Annex K ${basis} (times ${factor.toFixed(2)})`, rows: tableRows(annexK) },
        {
          title: 'learned / Annex K',
          rows: tableRows(Array.from(learned, (step, i) => step / annexK[i])),
          digits: 2,
          centre: 1,
        },
        ...(more?.[name] ?? []),
      ],
    };
  });
}
