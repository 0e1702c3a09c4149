import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { parse, type Spec, Error as showErrors, View } from 'vega';
import type { ChartScales } from './nearest-point.js';

/** A drawn chart: its scales, and where its plot begins in the element. */
export interface DrawnChart extends ChartScales {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Draws a specification into an element; null until that has happened. */
export function useVegaView(ref: RefObject<HTMLElement | null>, spec: Spec | null): DrawnChart | null {
  const [drawn, setDrawn] = useState<DrawnChart | null>(null);
  const key = JSON.stringify(spec);
  useEffect(() => {
    if (spec === null) return;
    const view = new View(parse(spec), {
      renderer: 'svg',
      container: ref.current!,
      hover: false,
      logLevel: showErrors,
    });
    let wanted = true;
    view.runAsync().then(() => {
      if (!wanted) return;
      const [left, top] = view.origin();
      const padding = view.padding() as { left: number; top: number };
      const [x, y] = [view.scale('x'), view.scale('y')];
      setDrawn({
        x: (value) => x(value),
        y: (value) => y(value),
        left: left + padding.left,
        top: top + padding.top,
        width: view.width(),
        height: view.height(),
      });
    });
    return () => {
      wanted = false;
      view.finalize();
    };
  }, [key]);
  return drawn;
}
