import type { Coder, CoderResults, Coding, NamedItem } from '@sandwich/evaluation';
import { groupsOf } from '@sandwich/evaluation';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import type { SheetRow } from '../reports/contact-sheet.js';
import type { RunEvaluation } from './evaluate-runs.js';
import { indexOfNearest } from './index-of-nearest.js';

/** An item at one setting of a coder. */
async function codeAt(coder: Coder, setting: number, item: Picture): Promise<Coding> {
  for await (const coding of coder.code(item, [setting])) return coding;
  throw new Error(`${coder.name} was asked for ${coder.settings[setting]} and left it out`);
}

/** How a coder did on an item at a setting, in the first measure that has a value. */
function caption({ name, items }: CoderResults, item: string, setting: number, { measures }: RunEvaluation['results']) {
  const { results } = items.find((each) => each.item === item)!;
  const measure = measures.find(({ key }) => results[key]?.[setting] != null);
  const value = measure && `${results[measure.key][setting]!.toFixed(measure.digits)} ${measure.unit ?? measure.label}`;
  return `${name}: ${value ? `${value} at ` : ''}${results.bpp[setting].toFixed(3)} bpp`;
}

/**
 * Rows of pictures for a contact sheet: original, what lies within the candidate, its output, and for each group of anchors the one whose size
 * for this item is nearest to the candidate's.
 *
 * @param bpp the candidate's setting is the one nearest to this mean rate
 */
export async function galleryRows(
  { contest, results }: Pick<RunEvaluation, 'contest' | 'results'>,
  items: readonly NamedItem<Picture>[],
  bpp: number,
): Promise<SheetRow[]> {
  const { candidate } = results;
  const setting = indexOfNearest(candidate.results.bpp, bpp);
  const rows: SheetRow[] = [];
  for (const { name, item } of items) {
    const ratesOf = (coder: CoderResults) => coder.items.find((each) => each.item === name)!.results.bpp;
    const rate = ratesOf(candidate)[setting];
    const { output, views } = await codeAt(contest.candidate, setting, item);
    const images = [
      { caption: 'original', image: withBitDepth(item, 8) },
      ...Object.entries(views).map(([view, image]) => ({ caption: view, image: withBitDepth(image, 8) })),
      { caption: caption(candidate, name, setting, results), image: withBitDepth(output, 8) },
    ];
    for (const group of groupsOf(results)) {
      const nearest = results.anchors
        .filter((anchor) => anchor.group === group)
        .map((anchor) => ({ anchor, at: indexOfNearest(ratesOf(anchor), rate) }));
      const distances = nearest.map(({ anchor, at }) => Math.abs(ratesOf(anchor)[at] - rate));
      const { anchor, at } = nearest[indexOfNearest(distances, 0)];
      const coder = contest.anchors.find((each) => each.name === anchor.name)!;
      const coding = await codeAt(coder, at, item);
      images.push({ caption: caption(anchor, name, at, results), image: withBitDepth(coding.output, 8) });
    }
    rows.push({ label: name, images });
  }
  return rows;
}
