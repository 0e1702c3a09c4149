import type { Viewport } from './viewport.js';

interface ZoomControlsProps {
  viewport: Viewport;
  onZoom(factor: number): void;
  onFit(): void;
  onExact(): void;
  /** Size of a pixel of the screen in CSS pixels. */
  pixel: number;
}

const STEP = 1.5;

/** Zoom by buttons, and how large the image is shown. */
export function ZoomControls({ viewport: { scale }, onZoom, onFit, onExact, pixel }: ZoomControlsProps) {
  return (
    <fieldset class="zoom">
      <legend class="hidden">Zoom</legend>
      <button type="button" class="button icon" aria-label="Zoom out" onClick={() => onZoom(1 / STEP)}>
        −
      </button>
      <output class="zoom-value" aria-label="Zoom">
        {scale === null ? 'fit' : `${Math.round((100 * scale) / pixel)} %`}
      </output>
      <button type="button" class="button icon" aria-label="Zoom in" onClick={() => onZoom(STEP)}>
        +
      </button>
      <button type="button" class="button" onClick={onFit} aria-pressed={scale === null}>
        Fit
      </button>
      <button type="button" class="button" onClick={onExact} aria-label="One to one" aria-pressed={scale === pixel}>
        1:1
      </button>
    </fieldset>
  );
}
