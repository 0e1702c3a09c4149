import { readFile } from 'node:fs/promises';
import type { JsonlRecord } from './jsonl-writer.js';

/**
 * Reads what a `JsonlWriter` has written, while it writes or afterwards.
 *
 * @returns the records, and how many lines are none; neither when there is no such file
 */
export async function readJsonl(path: string): Promise<{ records: JsonlRecord[]; unreadable: number }> {
  const text = await readFile(path, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const records: JsonlRecord[] = [];
  let unreadable = 0;
  for (const line of text.split('\n').filter(Boolean)) {
    try {
      const record = JSON.parse(line);
      if (!Number.isFinite(record.step)) throw new Error('no step');
      records.push(record);
    } catch {
      unreadable++;
    }
  }
  return { records, unreadable };
}
