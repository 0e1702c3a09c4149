import type {
  ShownCoding,
  ShownComparison,
  ShownItem,
  ShownPicture,
  ShownRun,
  ViewReference,
} from '../../src/inspection.js';
import { capital } from '../capital.js';
import { distinctKeys } from '../distinct-keys.js';

/** A picture that can be chosen: the original, a view, or what a coder made. */
export interface ShownView {
  /** In the page's address, where the run is the one that is shown. */
  id: string;
  /** In the address wherever another run is shown. */
  fullId: string;
  label: string;
  /** Under which it stands in the list: a coder with its setting, or the item. */
  group: string;
  picture: ShownPicture;
  /** What was measured, of outputs. */
  coding?: ShownCoding;
  /** Pixels by which bits are divided. */
  pixels: number;
  /** Whether it belongs to the run that is shown. */
  isOwn: boolean;
}

/** An item's comparisons in the order of the candidate's rate. */
export const byRate = ({ comparisons }: ShownItem): ShownComparison[] =>
  [...comparisons].sort((a, b) => a.candidate.bits - b.candidate.bits);

/** The comparison of another run in which the candidate has about as many bits. */
function nearestIn({ comparisons }: ShownItem, bits: number): ShownComparison | undefined {
  const distance = ({ candidate }: ShownComparison) => Math.abs(Math.log(candidate.bits / bits));
  return [...comparisons].sort((a, b) => distance(a) - distance(b))[0];
}

const groupOf = ({ coder, setting, bits }: ShownCoding, pixels: number): string =>
  `${coder}: ${setting}, ${(bits / pixels).toFixed(3)} bpp`;

function viewsOfCoding(coding: ShownCoding, pixels: number) {
  const group = groupOf(coding, pixels);
  return [
    ...coding.views.map(({ name, picture }) => ({ id: `${coding.coder}/${name}`, label: name, group, picture })),
    { id: `${coding.coder}/`, label: coding.coder, group, picture: coding.output, coding },
  ];
}

function viewsOfRun(item: ShownItem, comparison: ShownComparison | undefined) {
  const { name, pixels, original, views } = item;
  const codings = comparison ? [comparison.candidate, ...comparison.anchors] : [];
  return [
    { id: 'original', label: 'Original', group: name, picture: original },
    ...views.map(({ name: view, picture }) => ({ id: view, label: view, group: name, picture })),
    ...codings.flatMap((coding) => viewsOfCoding(coding, pixels)),
  ];
}

/** The item of another run that is the same picture under the same name. */
function sameItem(run: ShownRun, own: ShownRun, item: ShownItem): ShownItem | undefined {
  const keyOf = ({ items }: ShownRun) => distinctKeys(items.map(({ name }) => name));
  const found = run.items[keyOf(run).indexOf(keyOf(own)[own.items.indexOf(item)])];
  return found?.width === item.width && found.height === item.height ? found : undefined;
}

/**
 * Every picture of an item: of the run that is shown, then of the others at about as many bits, without those that are the same picture
 * under the same name.
 */
export function viewsOf(
  runs: readonly ShownRun[],
  own: ShownRun,
  item: ShownItem,
  comparison: ShownComparison | undefined,
): ShownView[] {
  const all: ShownView[] = [];
  for (const run of [own, ...runs.filter((other) => other !== own)]) {
    const isOwn = run === own;
    const other = isOwn ? item : sameItem(run, own, item);
    if (!other) continue;
    const shown = isOwn ? comparison : comparison && nearestIn(other, comparison.candidate.bits);
    for (const view of viewsOfRun(other, shown)) {
      const isKnown = all.some(({ id, picture }) => id === view.id && picture.source === view.picture.source);
      if (isKnown) continue;
      const fullId = `${run.id}: ${view.id}`;
      const isShared = view.id === 'original';
      all.push({
        ...view,
        id: isOwn ? view.id : fullId,
        fullId,
        label: capital(runs.length > 1 && !isShared ? `${view.label} · ${run.id}` : view.label),
        group: isOwn ? view.group : `${run.id}: ${view.group}`,
        pixels: other.pixels,
        isOwn,
      });
    }
  }
  return all;
}

/** What the candidates of the other runs made of an item, at about as many bits. */
export function otherCandidates(
  runs: readonly ShownRun[],
  own: ShownRun,
  item: ShownItem,
  { candidate }: ShownComparison,
): { run: string; coding: ShownCoding }[] {
  return runs.flatMap((run) => {
    const other = run === own ? undefined : sameItem(run, own, item);
    const comparison = other && nearestIn(other, candidate.bits);
    return comparison ? [{ run: run.id, coding: comparison.candidate }] : [];
  });
}

/** How a reference is spelled in an address. */
export const idOf = ({ coder, view }: ViewReference): string =>
  coder === undefined ? (view ?? 'original') : `${coder}/${view ?? ''}`;

/** The view of an address, of a run that is shown or not; else the one that is there by default, else any. */
export const findView = (views: readonly ShownView[], id: string, byDefault: string): ShownView =>
  views.find((view) => view.id === id || view.fullId === id) ?? views.find((view) => view.id === byDefault) ?? views[0];
