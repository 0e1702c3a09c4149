import type { Size } from '../../hooks/use-element-size.js';
import { useLink } from '../../link/link-provider.js';
import { type Viewport, wholeImage } from './viewport.js';

const NAME = 'view';

/** `scale,x,y`, short enough for an address and exact enough for a screen. */
const textOf = ({ scale, x, y }: Viewport): string | null =>
  scale === null ? null : [Number(scale.toPrecision(6)), Number(x.toFixed(3)), Number(y.toFixed(3))].join(',');

function viewportOf(text: string | undefined, image: Size): Viewport {
  const [scale, x, y] = (text ?? '').split(',').map(Number);
  return scale > 0 && Number.isFinite(scale) && Number.isFinite(x) && Number.isFinite(y)
    ? { scale, x, y }
    : wholeImage(image);
}

/** The part of an image that is seen, which the page's address carries. */
export function useLinkedViewport(image: Size) {
  const { link, change } = useLink();
  return [
    viewportOf(link.values[NAME], image),
    (next: (before: Viewport) => Viewport) =>
      change((values) => ({ [NAME]: textOf(next(viewportOf(values[NAME], image))) }), 'replace'),
  ] as const;
}
