import { parametersOf } from './values.js';

/** Parameters or tags of a run, as many as one request takes. */
export type Attributes = Partial<Record<'params' | 'tags', { key: string; value: string }[]>>;

/** A limit of the API, for each of both. */
const MOST_OF_A_REQUEST = 100;

function requests(kind: keyof Attributes, pairs: readonly (readonly [string, string])[]): Attributes[] {
  const count = Math.ceil(pairs.length / MOST_OF_A_REQUEST);
  const part = (i: number) => pairs.slice(i * MOST_OF_A_REQUEST, (i + 1) * MOST_OF_A_REQUEST);
  return Array.from({ length: count }, (_, i) => ({ [kind]: part(i).map(([key, value]) => ({ key, value })) }));
}

/**
 * What a run has to be told of its configuration: the parameters that it lacks, and tags `changed.…` for those that have another value
 * now, since parameters of a run cannot change.
 *
 * @param known the parameters that the run has
 */
export function attributesOf(configuration: object, known: Readonly<Record<string, string>>): Attributes[] {
  const parameters = Object.entries(parametersOf(configuration));
  const added = parameters.filter(([key]) => known[key] === undefined);
  const changed = parameters.filter(([key, value]) => known[key] !== undefined && known[key] !== value);
  const tags = changed.map(([key, value]) => [`changed.${key}`, value] as const);
  return [...requests('params', added), ...requests('tags', tags)];
}
