import type { Comparison } from './comparison.js';
import { PictureSelect } from './picture-select.js';

/** The two pictures of a comparison, to be chosen. */
export function PictureSelects({ pictures, left, right, onLeft, onRight }: Comparison) {
  return (
    <>
      <PictureSelect label="Left picture" side="left" pictures={pictures} value={left} onChange={onLeft} />
      <PictureSelect label="Right picture" side="right" pictures={pictures} value={right} onChange={onRight} />
    </>
  );
}
