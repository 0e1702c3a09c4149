import type { ShownRun } from '../../src/inspection.js';

/** What is missing, and the commands that make it. */
export function Notes({ notes }: Pick<ShownRun, 'notes'>) {
  if (notes.length === 0) return null;
  return (
    <ul class="notes" aria-label="Notes">
      {notes.map(({ text, command }) => (
        <li key={text}>
          <span>{text}</span>
          {command && <code>{command}</code>}
        </li>
      ))}
    </ul>
  );
}
