import type { LabelledPicture, PictureKind } from './picture-kinds.js';

interface PictureSelectProps {
  label: string;
  side: 'left' | 'right';
  pictures: Record<PictureKind, LabelledPicture>;
  value: PictureKind;
  onChange(kind: PictureKind): void;
}

/** What of the two pictures of a comparison is shown, and how many bits and what quality that has. */
export function PictureSelect({ label, side, pictures, value, onChange }: PictureSelectProps) {
  return (
    <div class={`picture-tag ${side}`}>
      <select aria-label={label} value={value} onChange={(event) => onChange(event.currentTarget.value as PictureKind)}>
        {Object.values(pictures).map(({ kind, label: name }) => (
          <option key={kind} value={kind}>
            {name}
          </option>
        ))}
      </select>
      <PictureNumbers picture={pictures[value]} />
    </div>
  );
}

/** PSNR and rate, of a picture that has them. */
export function PictureNumbers({ picture: { coding } }: { picture: LabelledPicture }) {
  if (!coding) return null;
  const psnr = coding.measures['psnr-rgb'];
  return (
    <span class="numbers">
      {psnr !== null && psnr !== undefined && `${psnr.toFixed(2)} dB · `}
      {coding.bpp.toFixed(3)} bpp
    </span>
  );
}
