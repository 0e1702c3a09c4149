import type { ChartCurve } from '../charts/chart-data.js';

interface LegendProps {
  curves: readonly ChartCurve[];
  hidden: ReadonlySet<string>;
  onToggle(name: string): void;
}

/** The curves by their colours, to be shown or hidden. */
export function Legend({ curves, hidden, onToggle }: LegendProps) {
  return (
    <fieldset class="legend">
      <legend class="hidden">Systems</legend>
      {curves.map(({ name, colour, dashed }) => (
        <label key={name}>
          <input type="checkbox" checked={!hidden.has(name)} onChange={() => onToggle(name)} />
          <svg class="stroke" viewBox="0 0 24 8" aria-hidden="true">
            <line
              x1="0"
              y1="4"
              x2="24"
              y2="4"
              stroke={colour}
              stroke-width="2.5"
              stroke-dasharray={dashed ? '5 3' : ''}
            />
          </svg>
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
