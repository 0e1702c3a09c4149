import { readFile, stat } from 'node:fs/promises';
import { type QuantizationTables, type Subsampling, subsamplings } from '@sandwich/codecs';
import { loadRun, type Settings } from '@sandwich/trainer';
import { JpegTables } from '../jpeg-tables.js';
import { isTable } from '../read-tables.js';

/** Tables of one point of a curve, for each fold those that were learned without it: one where there are no folds. */
export interface TablePoint {
  /** What the point's trainings have in common, for people. */
  name: string;
  tables: QuantizationTables[];
  /** Chroma of the files that they were learned or judged in, where that is known. */
  subsampling?: Subsampling;
}

const ACROSS_FOLDS = ['fold', 'sensitivities', 'weights', 'more'];

/** Settings that tell the points of a curve apart. */
const pointName = (settings: Record<string, unknown>, common: readonly string[]): string =>
  Object.entries(settings)
    .filter(([key]) => !ACROSS_FOLDS.includes(key) && !common.includes(key))
    .map(([key, value]) => `${key} ${value}`)
    .join(', ') || 'learned';

/**
 * Points of trained runs: those whose settings differ in nothing but the fold are one point.
 *
 * @throws Error when a run is of another kind, or a point lacks a fold or has it twice
 */
export async function pointsOfRuns(runs: readonly string[]): Promise<TablePoint[]> {
  const loaded: { run: string; settings: Settings; tables: QuantizationTables; subsampling: Subsampling }[] = [];
  for (const run of runs) {
    const { system, settings } = await loadRun(run);
    if (!(system instanceof JpegTables)) throw new Error(`${run} holds no quantisation tables but a ${system.kind}`);
    const { subsampling } = system.architecture;
    loaded.push({ run, settings, tables: system.fileTables(), subsampling });
    system.dispose();
  }
  const first = loaded[0]?.settings ?? {};
  const common = Object.keys(first).filter((key) => loaded.every(({ settings }) => settings[key] === first[key]));
  const byName = new Map<string, { folds: number; tables: QuantizationTables[]; subsampling: Subsampling }>();
  for (const { run, settings, tables, subsampling } of loaded) {
    const name = pointName(settings, common);
    const folds = Number(settings.folds ?? 1);
    const point = byName.get(name) ?? { folds, tables: [], subsampling };
    const fold = folds > 1 ? Number(settings.fold) : 0;
    if (point.tables[fold]) throw new Error(`${run}: there are two runs of '${name}' for fold ${fold}`);
    point.tables[fold] = tables;
    byName.set(name, point);
  }
  return [...byName].map(([name, { folds, tables, subsampling }]) => {
    const missing = Array.from({ length: folds }, (_, i) => i).find((i) => !tables[i]);
    if (missing !== undefined) throw new Error(`there is no run of '${name}' that leaves out fold ${missing}`);
    return { name, tables, subsampling };
  });
}

const isWholeTable = (table: unknown) => isTable(table) && table.every(Number.isInteger);

/** Points of a JSON file with the member `points`, such as results of `sandwich table-accuracy`. @throws Error naming the file */
export async function readPoints(file: string): Promise<TablePoint[]> {
  let points: TablePoint[] | undefined;
  let subsampling: Subsampling | undefined;
  try {
    ({ points, subsampling } = JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : error}`);
  }
  if (!Array.isArray(points) || points.length === 0) throw new Error(`${file} holds no points`);
  for (const { name, tables } of points) {
    const whole =
      Array.isArray(tables) &&
      tables.length > 0 &&
      tables.every(({ luma, chroma }) => isWholeTable(luma) && isWholeTable(chroma));
    if (!whole) throw new Error(`${file}: the tables of '${name}' must be 64 whole numbers of 1 to 255 each`);
  }
  if (subsampling !== undefined && !subsamplings.includes(subsampling))
    throw new Error(`${file}: subsampling must be ${subsamplings.join(', ')}, got '${subsampling}'`);
  return points.map(({ name, tables }) => ({ name, tables, ...(subsampling && { subsampling }) }));
}

/** Points of files of points and of runs, one after the other. @throws Error when they do not have as many folds */
export async function openPoints(paths: readonly string[]): Promise<TablePoint[]> {
  const isFile = await Promise.all(paths.map(async (path) => (await stat(path)).isFile()));
  const ofFiles = await Promise.all(paths.filter((_, i) => isFile[i]).map(readPoints));
  const points = [...ofFiles.flat(), ...(await pointsOfRuns(paths.filter((_, i) => !isFile[i])))];
  const other = points.find(({ tables }) => tables.length !== points[0].tables.length);
  if (other) {
    const folds = `'${other.name}' has tables for ${other.tables.length} folds, '${points[0].name}' for ${points[0].tables.length}`;
    throw new Error(`points must have as many folds: ${folds}`);
  }
  return points;
}

/**
 * Chroma of the files that points were learned or judged in; 4:4:4 where none says.
 *
 * @throws Error when they were in several
 */
export function subsamplingOf(points: readonly TablePoint[]): Subsampling {
  const [chroma = '4:4:4', ...others] = new Set(points.map(({ subsampling = '4:4:4' }) => subsampling));
  if (others.length === 0) return chroma;
  throw new Error(
    `tables for ${[chroma, ...others].join(' and ')} are no one curve: judge them apart, or give --subsampling`,
  );
}
