import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileAtomically } from '@sandwich/files';
import type { Picture } from '@sandwich/pictures';

/** What was measured of one picture in one file: the file's bits, and what each measure needs, null where the picture allows none. */
export interface Measurement {
  bits: number;
  pixels: number;
  measures: Record<string, number[] | null>;
}

/** A hash of a picture's samples and size. */
export function pictureKey({ data, width, height, channels }: Picture): string {
  const hash = createHash('sha256').update(`${width} ${height} ${channels} ${data.BYTES_PER_ELEMENT};`);
  return hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).digest('hex');
}

const isMeasurement = (value: unknown): value is Measurement => {
  const { bits, pixels, measures } = (value ?? {}) as Partial<Measurement>;
  if (!Number.isFinite(bits) || !Number.isFinite(pixels) || typeof measures !== 'object' || measures === null)
    return false;
  return Object.values(measures).every((each) => each === null || (Array.isArray(each) && each.every(Number.isFinite)));
};

/**
 * Measurements as JSON files in a folder, named after a hash of all that decides them: what is measured again, in this or another process, is read.
 * A file that is damaged counts as none.
 */
export class MeasurementCache {
  /** How many were read, and how many computed. */
  readonly counts = { read: 0, measured: 0 };

  constructor(readonly folder: string) {}

  /** The measurement that parts decide, computed where it is not there yet. */
  async get(parts: readonly unknown[], measure: () => Promise<Measurement>): Promise<Measurement> {
    const name = createHash('sha256').update(JSON.stringify(parts)).digest('hex');
    const file = join(this.folder, name.slice(0, 2), `${name}.json`);
    const kept = existsSync(file) ? await readMeasurement(file) : undefined;
    if (kept) {
      this.counts.read++;
      return kept;
    }
    const measured = await measure();
    await makeFolder(join(this.folder, name.slice(0, 2)));
    await writeFileAtomically(file, `${JSON.stringify(measured)}\n`);
    this.counts.measured++;
    return measured;
  }
}

async function readMeasurement(file: string): Promise<Measurement | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isMeasurement(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
