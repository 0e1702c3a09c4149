import { writeFileAtomically } from '@sandwich/files';
import { encodePng, loadSharp, type Picture, repeatPixels, toRgb } from '@sandwich/pictures';
import { loadReportFont, REPORT_FONT } from './report-font.js';

/** A row of a contact sheet. */
export interface SheetRow {
  /** Above the row. */
  label: string;
  images: readonly { caption: string; image: Picture<Uint8Array> }[];
}

const GAP = 12;
const LABEL_SIZE = 16;
const CAPTION_SIZE = 13;
const LINE_HEIGHT = 1.6;
/** Room for a letter in units of the font's size. */
const LETTER_WIDTH = 0.6;

const lineHeight = (size: number) => Math.ceil(LINE_HEIGHT * size);
const textWidth = (text: string, size: number) => Math.ceil(LETTER_WIDTH * size * text.length);

/**
 * Writes a PNG file with rows of images side by side, each with its caption below. So that images of different
 * resolutions can be compared, each is enlarged by the whole factor that brings it nearest to the height of the highest
 * in its row, every pixel becoming a square.
 *
 * @throws if there is no image, or the file cannot be written; then no file is left
 * @example
 * await contactSheet([{ label: 'kodim01', images: [{ caption: 'original', image }] }], 'runs/a/contact-sheet.png');
 */
export async function contactSheet(rows: readonly SheetRow[], path: string): Promise<void> {
  const overlays: { input: Buffer; left: number; top: number }[] = [];
  let sheetWidth = 0;
  let top = GAP;
  for (const row of rows) {
    if (row.images.length === 0) throw new Error(`contactSheet: the row '${row.label}' has no image`);
    overlays.push({ input: textImage(row.label, LABEL_SIZE, 700), left: GAP, top });
    sheetWidth = Math.max(sheetWidth, textWidth(row.label, LABEL_SIZE) + 2 * GAP);
    top += lineHeight(LABEL_SIZE);

    const highest = Math.max(...row.images.map(({ image }) => image.height));
    const factors = row.images.map(({ image }) => Math.max(1, Math.round(highest / image.height)));
    const rowHeight = Math.max(...row.images.map(({ image }, i) => factors[i] * image.height));
    let left = GAP;
    for (const [i, { caption, image }] of row.images.entries()) {
      overlays.push({ input: Buffer.from(await enlarge(image, factors[i])), left, top });
      overlays.push({ input: textImage(caption, CAPTION_SIZE, 400), left, top: top + factors[i] * image.height });
      left += Math.max(factors[i] * image.width, textWidth(caption, CAPTION_SIZE)) + GAP;
    }
    sheetWidth = Math.max(sheetWidth, left);
    top += rowHeight + lineHeight(CAPTION_SIZE) + GAP;
  }
  if (rows.length === 0) throw new Error('contactSheet: there is no row');

  await loadReportFont();
  const sharp = await loadSharp();
  const sheet = sharp({ create: { width: sheetWidth, height: top, channels: 3, background: 'white' } });
  await writeFileAtomically(path, await sheet.composite(overlays).png().toBuffer());
}

/** The image as a PNG file, every pixel a square of `factor` pixels. */
const enlarge = (image: Picture<Uint8Array>, factor: number): Promise<Uint8Array> =>
  encodePng(repeatPixels(toRgb(image), factor), { compressionLevel: 1 });

function textImage(text: string, size: number, weight: number): Buffer {
  const escaped = text.replace(/\p{Cc}/gu, ' ').replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const baseline = Math.round(0.72 * lineHeight(size));
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${textWidth(text, size) + 1}" height="${lineHeight(size)}">` +
      `<text y="${baseline}" font-family="${REPORT_FONT}" font-size="${size}" font-weight="${weight}" fill="#222222">${escaped}</text></svg>`,
  );
}
