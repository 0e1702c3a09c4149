import { isDeepStrictEqual } from 'node:util';

/** A place where two values differ; `was` or `is` is undefined where only the other has it. */
export interface JsonDifference {
  /** Such as `proxy.qstepInit`. */
  path: string;
  was: unknown;
  is: unknown;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where two JSON values differ, member by member; an array is one value. */
export function jsonDifferences(was: unknown, is: unknown, path = ''): JsonDifference[] {
  if (isRecord(was) && isRecord(is)) {
    return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
      jsonDifferences(was[key], is[key], path ? `${path}.${key}` : key),
    );
  }
  return isDeepStrictEqual(was, is) ? [] : [{ path, was, is }];
}

const shown = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value));

/** A difference for people: `proxy.roundingFn was "ste", is "noise"`. */
export const describeDifference = ({ path, was, is }: JsonDifference): string =>
  `${path} was ${shown(was)}, is ${shown(is)}`;
