import { useRef } from 'preact/hooks';

interface SliderHandleProps {
  /** Where it is, in percent of the pane from the left. */
  value: number;
  onChange(value: number): void;
  left: string;
  right: string;
}

const clamp = (value: number) => Math.min(Math.max(value, 0), 100);

/** The line between two pictures, dragged or moved by keys. */
export function SliderHandle({ value, onChange, left, right }: SliderHandleProps) {
  const ref = useRef<HTMLDivElement>(null);
  /** Between the pointer and the middle of the line when it was gripped. */
  const grip = useRef<number | null>(null);
  const paneRect = () => ref.current!.parentElement!.getBoundingClientRect();

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.stopPropagation();
    const { left: edge, width } = paneRect();
    grip.current = event.clientX - edge - (value / 100) * width;
    ref.current!.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    if (grip.current === null) return;
    event.stopPropagation();
    const { left: edge, width } = paneRect();
    onChange(clamp((100 * (event.clientX - edge - grip.current)) / width));
  };
  const onPointerUp = () => {
    grip.current = null;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 10 : 1;
    const next = {
      ArrowLeft: value - step,
      ArrowDown: value - step,
      ArrowRight: value + step,
      ArrowUp: value + step,
      PageDown: value - 10,
      PageUp: value + 10,
      Home: 0,
      End: 100,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    onChange(clamp(next));
  };

  return (
    <div
      ref={ref}
      class="slider-handle"
      role="slider"
      tabIndex={0}
      aria-label={`Border between ${left} on the left and ${right} on the right`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      aria-valuetext={`${Math.round(value)} % ${left}`}
      style={{ left: `${value}%` }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onKeyDown={onKeyDown}
    >
      <span class="knob" aria-hidden="true" />
    </div>
  );
}
