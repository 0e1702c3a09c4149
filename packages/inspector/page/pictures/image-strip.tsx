import type { ShownImage } from '../../src/inspection.js';

interface ImageStripProps {
  images: readonly ShownImage[];
  index: number;
  onChange(index: number): void;
}

/** The images, small, to choose one. */
export function ImageStrip({ images, index, onChange }: ImageStripProps) {
  return (
    <fieldset class="image-strip">
      <legend class="hidden">Image</legend>
      {images.map(({ name, original }, i) => (
        <label key={`${i} ${name}`} title={name}>
          <input type="radio" name="image" checked={i === index} onChange={() => onChange(i)} />
          <img src={original.source} alt="" />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
