import type { ShownMeasure } from '../../src/inspection.js';
import type { ShownView } from './views.js';

interface PictureSelectProps {
  label: string;
  side: 'left' | 'right';
  views: readonly ShownView[];
  value: ShownView;
  measure: ShownMeasure;
  onChange(id: string): void;
}

/** What of the two pictures of a comparison is shown, and how many bits and what quality that has. */
export function PictureSelect({ label, side, views, value, measure, onChange }: PictureSelectProps) {
  const groups = [...new Set(views.map(({ group }) => group))];
  return (
    <div class={`picture-tag ${side}`}>
      <select aria-label={label} value={value.id} onChange={(event) => onChange(event.currentTarget.value)}>
        {groups.map((group) => (
          <optgroup key={group} label={group}>
            {views
              .filter((view) => view.group === group)
              .map(({ id, label: name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </optgroup>
        ))}
      </select>
      <PictureNumbers view={value} measure={measure} />
    </div>
  );
}

/** A measure, the rate and the caption of what a coder made. */
export function PictureNumbers({ view: { coding, pixels }, measure }: { view: ShownView; measure: ShownMeasure }) {
  if (!coding) return null;
  const { key, unit, digits } = measure;
  const value = coding.measures[key];
  const parts = [
    typeof value === 'number' && `${value.toFixed(digits)}${unit ? ` ${unit}` : ''}`,
    `${(coding.bits / pixels).toFixed(3)} bpp`,
    coding.caption,
  ];
  return <span class="numbers">{parts.filter(Boolean).join(' · ')}</span>;
}
