import type { Inspection } from './inspection.js';
import { unpackInspection } from './shared-sources.js';

/**
 * The data of a page that `renderInspection` made.
 *
 * @throws Error when the document is no such page
 */
export function readInspection(html: string): Inspection {
  const [, json] = /<script type="application\/json" id="inspection">(.*?)<\/script>/s.exec(html) ?? [];
  if (json === undefined) throw new Error('readInspection: the document holds no inspection');
  return unpackInspection(JSON.parse(json));
}
