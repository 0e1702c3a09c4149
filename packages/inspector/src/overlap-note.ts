/** Below this part in common of two curves, a Bjontegaard delta is shown with it. */
const ENOUGH_OVERLAP = 0.75;

/**
 * What is shown behind a figure that is averaged over little of what two curves span: ` (over 62 %)`.
 *
 * @param share of the curves' range that they have in common, 0 to 1
 * @returns an empty text where that is enough, or not known
 */
export const overlapNote = (share: number | undefined): string =>
  share === undefined || share >= ENOUGH_OVERLAP ? '' : ` (over ${Number((100 * share).toPrecision(2))} %)`;
