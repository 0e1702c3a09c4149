import { join } from 'node:path';
import { documents, readDocument, repository } from '../docs/fenced-blocks.js';
import { fillRegions } from '../docs/marked-regions.js';
import { resultTables } from './tables.js';
import { readZoo } from './zoo-results.js';

/** A document beside what it would be with the tables of today's results. */
export interface FilledDocument {
  /** Relative to the repository. */
  file: string;
  text: string;
  filled: string;
}

/** README and the pages of docs/ with their regions filled from the results that `zoo/` states. */
export async function fillDocuments(): Promise<FilledDocument[]> {
  const bodies = resultTables(await readZoo(join(repository, 'zoo')));
  return documents().map((file) => {
    const text = readDocument(file);
    return { file, text, filled: fillRegions(text, { file, kind: 'results', bodies }) };
  });
}
