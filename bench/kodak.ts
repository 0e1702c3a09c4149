import { join } from 'node:path';
import { datasetFiles } from '@sandwich/data';

/** All 24 Kodak photographs of SANDWICH_DATA; part of them would give other means. */
export function kodakPhotographs(): Promise<string[]> {
  const { SANDWICH_DATA } = process.env;
  if (!SANDWICH_DATA) throw new Error('name the photographs, or set SANDWICH_DATA to a folder that holds kodak/');
  return datasetFiles('kodak', join(SANDWICH_DATA, 'kodak'));
}
