import { existsSync } from 'node:fs';
import { type DctSensitivities, JpegTables, LearnedJpeg, readSensitivities, tableHeatMaps } from '@sandwich/models';
import type { Picture } from '@sandwich/pictures';
import { type HeatMaps, readRunDescription, type System } from '@sandwich/trainer';

/** Kinds of systems with quantisation tables. */
const WITH_TABLES = ['jpeg-tables', 'learned-jpeg'];

/** Sensitivities that a page shows beside a run's tables. */
export interface ShownSensitivities {
  file: string;
  values: DctSensitivities;
}

/**
 * The sensitivities that belong to a run's tables: those of a file that is named, else those by which its tables began, where their file is
 * still there.
 *
 * @param note is told when the file that the run's settings name is gone
 * @throws Error when the file that is named cannot be used, or goes with a run without tables
 */
export async function sensitivitiesOf(
  directory: string,
  named: string | undefined,
  note: (text: string) => void,
): Promise<ShownSensitivities | undefined> {
  const { kind = 'sandwich', settings } = await readRunDescription(directory);
  if (named !== undefined) {
    if (!WITH_TABLES.includes(kind)) {
      throw new Error(`--sensitivity is for runs with quantisation tables, and ${directory} is a ${kind}`);
    }
    return { file: named, values: readSensitivities(named) };
  }
  const { initial, sensitivities: file } = settings;
  if (initial !== 'sensitivity' || typeof file !== 'string' || file === '') return undefined;
  if (!existsSync(file)) {
    note(
      `${directory}: the sensitivities by which its tables began are not shown: there is no ${file}; name a file by --sensitivity`,
    );
    return undefined;
  }
  return { file, values: readSensitivities(file) };
}

/** Heat maps of a system's tables with sensitivities beside them. */
export function heatMapsWith({ values }: ShownSensitivities, system: System, items: readonly Picture[]): HeatMaps[] {
  if (system instanceof JpegTables) return tableHeatMaps(system, items, values);
  if (system instanceof LearnedJpeg) return tableHeatMaps(system.tables, items, values);
  throw new Error(`a ${system.kind} has no quantisation tables`);
}
