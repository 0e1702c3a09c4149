import { useState } from 'preact/hooks';
import type { ShownRun } from '../../src/inspection.js';
import { HeatMapTable } from './heat-map-table.js';

/** What the run is: facts at a glance, numbers of its system, and its configuration. */
export function RunView({
  facts,
  heatMaps = [],
  configuration,
}: Pick<ShownRun, 'facts' | 'heatMaps' | 'configuration'>) {
  const [filter, setFilter] = useState('');
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = configuration.filter(({ key, value }) =>
    words.every((word) => `${key} ${value}`.toLowerCase().includes(word)),
  );
  return (
    <div class="run">
      <section class="card">
        <h2>Run</h2>
        <dl class="facts">
          {facts.map(({ label, value }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {heatMaps.map(({ title, maps }) => (
        <section key={title} class="card">
          <h2>{title}</h2>
          <div class="heat-maps">
            {maps.map((map) => (
              <HeatMapTable key={map.title} map={map} />
            ))}
          </div>
        </section>
      ))}
      <section class="card">
        <div class="card-head">
          <h2>Configuration</h2>
          <input
            type="search"
            placeholder="Filter"
            aria-label="Filter the configuration"
            value={filter}
            onInput={(event) => setFilter(event.currentTarget.value)}
          />
        </div>
        <div class="table-box">
          <table class="configuration">
            <thead>
              <tr>
                <th scope="col">Key</th>
                <th scope="col">Value</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ key, value }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td>{value}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="hint" role="status">
          {rows.length} of {configuration.length}
        </p>
      </section>
    </div>
  );
}
