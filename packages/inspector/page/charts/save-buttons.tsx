import type { LineChartOptions } from '../../src/chart/line-chart-spec.js';
import { saveChart } from './save-chart.js';

/** Saves a chart as a file. @param options made when they are asked for */
export function SaveButtons({ name, options }: { name: string; options(): LineChartOptions }) {
  return (
    <fieldset class="save">
      <legend class="hidden">Save</legend>
      {(['svg', 'png'] as const).map((format) => (
        <button
          type="button"
          key={format}
          class="button quiet"
          aria-label={`Save ${name} as ${format.toUpperCase()}`}
          onClick={() => saveChart(options(), name, format)}
        >
          {format.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
