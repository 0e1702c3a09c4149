import { type LinkStep, useLink } from './link-provider.js';

/** A value that the page's address carries, unless it is the default. */
export function useLinked(
  name: string,
  byDefault: string,
  step: LinkStep = 'push',
): readonly [string, (value: string) => void] {
  const { link, change } = useLink();
  return [
    link.values[name] ?? byDefault,
    (value) => change(() => ({ [name]: value === byDefault ? null : value }), step),
  ];
}

/** The same for one of a few values; an address with another one shows the default. */
export function useLinkedChoice<T extends string>(
  name: string,
  choices: readonly T[],
  byDefault: T = choices[0],
): readonly [T, (value: T) => void] {
  const [value, set] = useLinked(name, byDefault);
  return [choices.find((choice) => choice === value) ?? byDefault, set];
}

/** The same for a number that changes continuously; an address with anything else shows the default. */
export function useLinkedNumber(
  name: string,
  byDefault: number,
  { least, most }: { least: number; most: number },
): readonly [number, (value: number) => void] {
  const [text, set] = useLinked(name, `${byDefault}`, 'replace');
  const value = Number(text);
  const isNumber = text.trim() !== '' && value >= least && value <= most;
  return [isNumber ? value : byDefault, (next) => set(`${Number(next.toFixed(2))}`)];
}
