import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Point } from './viewport.js';

interface Gestures {
  /** By a factor, around a point of the element. */
  onZoom(factor: number, point: Point): void;
  /** By CSS pixels. */
  onMove(by: Point): void;
  /** The pointer is at a point of the element, or nowhere. */
  onHover(point: Point | null): void;
}

/** Lengths of a wheel's line and page, in pixels. */
const WHEEL_UNITS = [1, 16, 400];
const WHEEL_SPEED = 0.002;
const DOUBLE_CLICK_FACTOR = 2;

const middle = ([a, b]: Point[]): Point => (b ? { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 } : a);
const distance = ([a, b]: Point[]): number => Math.hypot(a.x - b.x, a.y - b.y);

/** Wheel, drag, pinch and double click on an element, for mice, pens and fingers alike. */
export function useGestures(ref: RefObject<HTMLElement | null>, gestures: Gestures): void {
  const latest = useRef(gestures);
  latest.current = gestures;
  useEffect(() => {
    const element = ref.current!;
    const down = new Map<number, Point>();
    const at = ({ clientX, clientY }: MouseEvent): Point => {
      const { left, top } = element.getBoundingClientRect();
      return { x: clientX - left - element.clientLeft, y: clientY - top - element.clientTop };
    };
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      latest.current.onZoom(Math.exp(-event.deltaY * WHEEL_UNITS[event.deltaMode] * WHEEL_SPEED), at(event));
    };
    const onDown = (event: PointerEvent) => {
      if (event.button !== 0) return;
      down.set(event.pointerId, at(event));
      element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      latest.current.onHover(at(event));
      if (!down.has(event.pointerId)) return;
      const before = [...down.values()];
      down.set(event.pointerId, at(event));
      const after = [...down.values()];
      const [from, to] = [middle(before), middle(after)];
      latest.current.onMove({ x: to.x - from.x, y: to.y - from.y });
      if (after.length === 2 && distance(before) > 0) latest.current.onZoom(distance(after) / distance(before), to);
    };
    const onUp = (event: PointerEvent) => down.delete(event.pointerId);
    const onLeave = () => latest.current.onHover(null);
    const onDoubleClick = (event: MouseEvent) => latest.current.onZoom(DOUBLE_CLICK_FACTOR, at(event));
    const listeners = {
      wheel: onWheel,
      pointerdown: onDown,
      pointermove: onMove,
      pointerup: onUp,
      pointercancel: onUp,
      pointerleave: onLeave,
      dblclick: onDoubleClick,
    } as unknown as Record<string, EventListener>;
    for (const [type, listener] of Object.entries(listeners)) {
      element.addEventListener(type, listener, { passive: false });
    }
    return () => {
      for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener);
    };
  }, [ref]);
}
