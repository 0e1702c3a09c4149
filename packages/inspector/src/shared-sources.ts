import type { Inspection } from './inspection.js';

/** An inspection in which each picture is written once: `source` is a place in `sources`. */
export interface PackedInspection {
  sources: string[];
  inspection: unknown;
}

/** A copy of JSON data in which the property `source` of every object that has one is changed. */
function withSources(value: unknown, change: (source: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((each) => withSources(each, change));
  if (typeof value !== 'object' || value === null) return value;
  const isPicture = 'source' in value && 'scale' in value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      isPicture && key === 'source' ? change(each) : withSources(each, change),
    ]),
  );
}

/** Runs of one page share originals and anchors, whose pictures are most of what a page weighs. */
export function packInspection(inspection: Inspection): PackedInspection {
  const places = new Map<unknown, number>();
  const packed = withSources(inspection, (source) => {
    if (!places.has(source)) places.set(source, places.size);
    return places.get(source);
  });
  return { sources: [...places.keys()] as string[], inspection: packed };
}

export const unpackInspection = ({ sources, inspection }: PackedInspection): Inspection =>
  withSources(inspection, (place) => sources[place as number]) as Inspection;
