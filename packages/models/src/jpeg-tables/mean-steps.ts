import type { JpegTables } from './jpeg-tables.js';

/** The mean of a table's steps. */
export const meanStep = (table: ArrayLike<number>): number =>
  Array.from(table).reduce((sum, step) => sum + step, 0) / table.length;

/** Means of the steps of both tables as they are now, for the status of a training. */
export function meanSteps(system: JpegTables): { meanStepY: number; meanStepC: number } {
  const { luma, chroma } = system.stepValues();
  return { meanStepY: meanStep(luma), meanStepC: meanStep(chroma) };
}
