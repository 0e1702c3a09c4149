import { readFileSync } from 'node:fs';
import { escaped } from './escaped.js';
import type { Inspection } from './inspection.js';
import { packInspection } from './shared-sources.js';

const TEMPLATE = new URL('../dist/page.html', import.meta.url);
/** In the template, in place of the data and of the title. */
const DATA = '"inspection data"';
const TITLE = 'inspection title';

function template(): string {
  try {
    return readFileSync(TEMPLATE, 'utf8');
  } catch (error) {
    throw new Error(
      `renderInspection: the page has not been built (${(error as Error).message}); npm run setup does it`,
    );
  }
}

/** JSON in which no text can end the script element that holds it. */
const embedded = (data: Inspection): string =>
  JSON.stringify(packInspection(data)).replace(
    /[<\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/**
 * The page that shows trained runs: one HTML document that refers to nothing outside of itself, so that it works from a disk
 * and without a network. The same data give the same document.
 *
 * @param data texts in it may hold anything: they are shown, never interpreted
 * @throws Error when the page's template has not been built
 * @example
 * await writeFile('inspect.html', renderInspection(data));
 */
export function renderInspection(data: Inspection): string {
  const [beforeTitle, beforeData, end] = template().split(new RegExp(`${TITLE}|${DATA}`));
  return `${beforeTitle}${escaped(data.title)}${beforeData}${embedded(data)}${end}`;
}
