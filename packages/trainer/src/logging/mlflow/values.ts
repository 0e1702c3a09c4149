/** The longest values and names that servers of all versions take. */
const LONGEST_VALUE = 500;
const LONGEST_KEY = 250;

/** A number as the API takes it: JSON has no NaN and no infinity, the API knows them as these words. */
export const metricValue = (value: number): number | string => (Number.isFinite(value) ? value : `${value}`);

/** A name of a metric or parameter with only characters that the API takes: letters, digits, `_`, `.`, `-`, spaces, and `/` between parts. */
export const keyOf = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N}_./ -]/gu, '_')
    .split('/')
    .map((part) => (/^\.{0,2}$/.test(part) ? '_' : part))
    .join('/')
    .slice(0, LONGEST_KEY);

function textOf(value: unknown): string {
  const characters = [...(typeof value === 'string' ? value : JSON.stringify(value))];
  return characters.length > LONGEST_VALUE
    ? `${characters.slice(0, LONGEST_VALUE - 1).join('')}…`
    : characters.join('');
}

/**
 * Lists the values of a configuration by their path, such as `settings.gamma`; lists are one value.
 *
 * @param configuration plain JSON
 * @returns texts of at most 500 characters; what is longer ends with an ellipsis
 */
export function parametersOf(configuration: object, prefix = ''): Record<string, string> {
  const listed = Object.entries(configuration).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    const path = `${prefix}${name}`;
    const isFolder = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isFolder ? Object.entries(parametersOf(value, `${path}.`)) : [[keyOf(path), textOf(value)]];
  });
  return Object.fromEntries(listed);
}
