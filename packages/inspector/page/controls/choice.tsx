import { useNarrow } from '../hooks/use-narrow.js';
import { Segmented } from './segmented.js';

interface ChoiceProps<T extends string> {
  label: string;
  options: readonly { value: T; text: string; title?: string }[];
  value: T;
  onChange(value: T): void;
}

/** More options than this, or on a narrow page, are a list to open. */
const MOST_VISIBLE = 4;
const MOST_VISIBLE_NARROW = 2;

/** One of some options. */
export function Choice<T extends string>(props: ChoiceProps<T>) {
  const { label, options, value, onChange } = props;
  const most = useNarrow() ? MOST_VISIBLE_NARROW : MOST_VISIBLE;
  if (options.length <= most) return <Segmented {...props} />;
  return (
    <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
      {options.map(({ value: option, text }) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}
