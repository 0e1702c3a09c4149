import type { ShownHeatMap } from '../../src/inspection.js';

/** Share of the colour that a value has, -1 to 1: in the logarithm, from the centre or from the least value on. */
function heatOf(value: number, values: readonly number[], centre?: number): number {
  const logarithms = values.filter((each) => each > 0).map((each) => Math.log(each));
  const from = centre === undefined ? Math.min(...logarithms) : Math.log(centre);
  const reach = Math.max(...logarithms.map((each) => Math.abs(each - from)));
  return value > 0 && reach > 0 ? (Math.log(value) - from) / reach : 0;
}

/** Numbers in rows and columns, each on a ground that tells how large it is. */
export function HeatMapTable({ map: { title, rows, digits = 0, centre } }: { map: ShownHeatMap }) {
  const values = rows.flat();
  const ground = (value: number) => {
    const heat = heatOf(value, values, centre);
    const colour = heat < 0 ? '--loss' : '--accent';
    return `color-mix(in srgb, var(${colour}) ${Math.round(60 * Math.abs(heat))}%, transparent)`;
  };
  return (
    <table class="heat-map">
      <caption>{title}</caption>
      <tbody>
        {rows.map((row, v) => (
          <tr key={v}>
            {row.map((value, u) => (
              <td key={u} style={{ background: ground(value) }}>
                {value.toFixed(digits)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
