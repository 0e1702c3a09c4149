import type { ShownRun } from '../../src/inspection.js';

interface RunSelectProps {
  runs: readonly ShownRun[];
  run: ShownRun;
  onChange(id: string): void;
}

/** Which of several runs is shown. */
export function RunSelect({ runs, run, onChange }: RunSelectProps) {
  if (runs.length === 1) return null;
  return (
    <div class="run-select">
      <span class="toolbar-label" aria-hidden="true">
        Run
      </span>
      <select aria-label="Run" value={run.id} onChange={(event) => onChange(event.currentTarget.value)}>
        {runs.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
    </div>
  );
}
