import type { ShownItem } from '../../src/inspection.js';

interface ItemStripProps {
  items: readonly ShownItem[];
  index: number;
  onChange(index: number): void;
}

/** The items, small, to choose one. */
export function ItemStrip({ items, index, onChange }: ItemStripProps) {
  return (
    <fieldset class="image-strip">
      <legend class="hidden">Image</legend>
      {items.map(({ name, original }, i) => (
        <label key={`${i} ${name}`} title={name}>
          <input type="radio" name="image" checked={i === index} onChange={() => onChange(i)} />
          <img src={original.source} alt="" />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
