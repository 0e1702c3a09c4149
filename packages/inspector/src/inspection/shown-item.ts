import type { Picture } from '@sandwich/pictures';
import type { NamedView, ShownCoding, ShownItem, ShownPicture } from '../inspection.js';
import type { Comparison, MeasuredCoding } from './compare-codings.js';
import { shownPicture } from './shown-picture.js';

interface Size {
  width: number;
  height: number;
}

/** How many pixels of an item a pixel of one of its views is wide and high: a whole number where one explains the view's size. */
export function scaleOf(view: Size, item: Size): number {
  const whole = Math.ceil(item.width / view.width);
  const fits = Math.ceil(item.width / whole) === view.width && Math.ceil(item.height / whole) === view.height;
  return fits ? whole : item.width / view.width;
}

/** The views of the first coding that all of them share. */
function sharedViews(codings: readonly ShownCoding[]): NamedView[] {
  const [first, ...others] = codings;
  return (first?.views ?? []).filter(({ name, picture }) =>
    others.every(({ views }) => views.some((view) => view.name === name && view.picture.source === picture.source)),
  );
}

/** What the page shows of an item. Views of the candidate that are the same at all of its settings become views of the item. */
export async function shownItem(
  name: string,
  picture: Picture<Uint8Array>,
  comparisons: readonly Comparison[],
): Promise<ShownItem> {
  const { width, height } = picture;
  const shown = (view: Picture<Uint8Array>): Promise<ShownPicture> => shownPicture(view, scaleOf(view, picture));
  const shownCoding = async <Coding extends MeasuredCoding>({ output, views, ...measured }: Coding) => {
    const named: NamedView[] = [];
    for (const [name, view] of Object.entries(views)) named.push({ name, picture: await shown(view) });
    return { ...measured, output: await shown(output), views: named };
  };
  const all: ShownItem['comparisons'] = [];
  for (const { candidate, anchors } of comparisons) {
    const comparison: ShownItem['comparisons'][number] = { candidate: await shownCoding(candidate), anchors: [] };
    for (const anchor of anchors) comparison.anchors.push(await shownCoding(anchor));
    all.push(comparison);
  }
  const views = all.length > 1 ? sharedViews(all.map(({ candidate }) => candidate)) : [];
  const names = new Set(views.map(({ name }) => name));
  for (const { candidate } of all) candidate.views = candidate.views.filter((view) => !names.has(view.name));
  return { name, width, height, pixels: width * height, original: await shown(picture), views, comparisons: all };
}
