import type { ComponentChildren } from 'preact';

interface SegmentedProps<T extends string | number> {
  label: string;
  options: readonly { value: T; text: ComponentChildren; title?: string }[];
  value: T;
  onChange(value: T): void;
}

/** One of a few, all visible: a group of radio buttons that look like one control. */
export function Segmented<T extends string | number>({ label, options, value, onChange }: SegmentedProps<T>) {
  return (
    <fieldset class="segmented">
      <legend class="hidden">{label}</legend>
      {options.map(({ value: option, text, title }) => (
        <label key={option} title={title}>
          <input
            type="radio"
            name={label}
            value={option}
            checked={option === value}
            onChange={() => onChange(option)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}
