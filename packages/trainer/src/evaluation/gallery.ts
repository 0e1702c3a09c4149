import type { SheetRow } from '@sandwich/inspector';
import { type Picture, withBitDepth } from '@sandwich/pictures';
import { indexOfNearest } from '../index-of-nearest.js';
import type { LoadedImage, SystemResult } from './evaluate.js';
import { codeImageAt, type System } from './system.js';

/**
 * Rows of pictures for a contact sheet: original, bottleneck, compressed bottleneck, reconstruction, and the plain codec at
 * the setting whose size for this image is nearest to the sandwich's.
 *
 * @param bpp the sandwich's setting is the one nearest to this mean rate
 */
export async function galleryRows(
  systems: readonly System[],
  results: readonly SystemResult[],
  images: readonly LoadedImage[],
  bpp: number,
): Promise<SheetRow[]> {
  const setting = indexOfNearest(results[0].results.bpp, bpp);
  const shown = (picture: Picture) => withBitDepth(picture, 8);
  const rows: SheetRow[] = [];
  for (const [i, { image }] of images.entries()) {
    const { image: name, bpp: rates, 'psnr-rgb': psnr } = results[0].images[i];
    // The plain codec at the size at which the sandwich codes.
    const plainSystems = systems.slice(1).filter(({ anchor }) => anchor === systems[1].anchor);
    const candidates = plainSystems.map((system) => {
      const measured = results[systems.indexOf(system)].images[i];
      const at = indexOfNearest(measured.bpp, rates[setting]);
      return { system, at, bpp: measured.bpp[at], psnr: measured['psnr-rgb'][at] };
    });
    const plain =
      candidates[
        indexOfNearest(
          candidates.map((c) => c.bpp),
          rates[setting],
        )
      ];
    const ours = await codeImageAt(systems[0], setting, image);
    const theirs = await codeImageAt(plain.system, plain.at, image);
    rows.push({
      label: name,
      images: [
        { caption: 'original', image: shown(image) },
        { caption: 'bottleneck', image: ours.bottleneck },
        { caption: 'compressed bottleneck', image: ours.compressedBottleneck },
        {
          caption: `sandwich: ${psnr[setting].toFixed(2)} dB at ${rates[setting].toFixed(3)} bpp`,
          image: shown(ours.prediction),
        },
        {
          caption: `${plain.system.name}: ${plain.psnr.toFixed(2)} dB at ${plain.bpp.toFixed(3)} bpp`,
          image: shown(theirs.prediction),
        },
      ],
    });
  }
  return rows;
}
