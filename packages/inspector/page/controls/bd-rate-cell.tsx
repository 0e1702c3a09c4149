import type { ShownResults } from '../../src/inspection.js';
import { overlapNote } from '../../src/overlap-note.js';
import { Difference } from './difference.js';

interface BdRateCellProps {
  results: ShownResults;
  anchor: string;
  /** Key of a measure. */
  measure: string;
}

/** Over how much a figure is averaged, where that is little. */
export function Overlap({ share }: { share: number | undefined }) {
  const note = overlapNote(share);
  return note === '' ? null : <span class="overlap">{note}</span>;
}

/** How many bits the candidate needs more or fewer than an anchor at equal quality. */
export function BdRateCell({ results: { bdRates }, anchor, measure }: BdRateCellProps) {
  const found = bdRates.find((each) => each.anchor === anchor && each.measure === measure);
  if (!found || found.percent === null) return <span title={found?.notes.join('; ')}>–</span>;
  return (
    <span title={found.notes.join('; ')}>
      <Difference value={found.percent} digits={1} unit="%" better="less" words={['saved', 'lost']} />
      <Overlap share={found.overlap?.quality} />
    </span>
  );
}
