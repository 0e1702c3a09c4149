import type { Comparison } from './comparison.js';
import { PictureSelect } from './picture-select.js';

/** The two pictures of a comparison, to be chosen. */
export function PictureSelects({ views, left, right, onLeft, onRight, measure }: Comparison) {
  return (
    <>
      <PictureSelect label="Left picture" side="left" value={left} onChange={onLeft} {...{ views, measure }} />
      <PictureSelect label="Right picture" side="right" value={right} onChange={onRight} {...{ views, measure }} />
    </>
  );
}
