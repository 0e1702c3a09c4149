import { byExtension, writeFileAtomically } from '@sandwich/files';
import { encodePng, loadSharp, type Picture, repeatPixels, toRgb } from '@sandwich/pictures';
import { loadReportFont, REPORT_FONT } from './report-font.js';
import { wrappedText } from './wrapped-text.js';

/** A picture of a contact sheet. */
export interface SheetImage {
  /** Below the picture, in as many lines as it takes. */
  caption: string;
  image: Picture<Uint8Array>;
}

/** A row of a contact sheet. */
export interface SheetRow {
  /** Above the row; an empty one takes no room. */
  label: string;
  images: readonly SheetImage[];
}

/** Formats of a contact sheet by the extensions of its file; WebP makes the smaller files. */
export const sheetFormats = { '.png': 'png', '.webp': 'webp' } as const;

const GAP = 12;
const LABEL_SIZE = 16;
const CAPTION_SIZE = 13;
const LINE_HEIGHT = 1.6;
/** Room for a letter in units of the font's size. */
const LETTER_WIDTH = 0.6;

const lineHeight = (size: number) => Math.ceil(LINE_HEIGHT * size);
const textWidth = (text: string, size: number) => Math.ceil(LETTER_WIDTH * size * text.length);
/** A text in lines that are no wider than a number of pixels, if its words are not. */
const linesWithin = (text: string, width: number, size: number) =>
  wrappedText(text, Math.floor(width / (LETTER_WIDTH * size)));

/**
 * Writes a PNG file, or a lossless WebP file, with rows of images side by side, each with its caption below. So that images of different
 * resolutions can be compared, each is enlarged by the whole factor that brings it nearest to the height of the highest
 * in its row, every pixel becoming a square.
 *
 * @param options its `height`, in pixels, is what images are enlarged to where none in the row is as high
 * @throws if there is no image, the extension is neither `.png` nor `.webp`, or the file cannot be written; then no file is left
 * @example
 * await contactSheet([{ label: 'kodim01', images: [{ caption: 'original', image }] }], 'runs/a/contact-sheet.png');
 */
export async function contactSheet(
  rows: readonly SheetRow[],
  path: string,
  { height: wanted = 0 }: { height?: number } = {},
): Promise<void> {
  const format = byExtension(path, sheetFormats);
  const overlays: { input: Buffer; left: number; top: number }[] = [];
  let sheetWidth = 0;
  let top = GAP;
  for (const row of rows) {
    if (row.images.length === 0) throw new Error(`contactSheet: the row '${row.label}' has no image`);
    if (row.label !== '') {
      overlays.push({ input: textImage(row.label, LABEL_SIZE, 700), left: GAP, top });
      sheetWidth = Math.max(sheetWidth, textWidth(row.label, LABEL_SIZE) + 2 * GAP);
      top += lineHeight(LABEL_SIZE);
    }

    const highest = Math.max(wanted, ...row.images.map(({ image }) => image.height));
    const factors = row.images.map(({ image }) => Math.max(1, Math.round(highest / image.height)));
    const rowHeight = Math.max(...row.images.map(({ image }, i) => factors[i] * image.height));
    let left = GAP;
    let captionHeight = 0;
    for (const [i, { caption, image }] of row.images.entries()) {
      const [width, height] = [factors[i] * image.width, factors[i] * image.height];
      const lines = linesWithin(caption, width, CAPTION_SIZE);
      overlays.push({ input: Buffer.from(await enlarge(image, factors[i])), left, top });
      for (const [line, text] of lines.entries()) {
        const below = top + height + line * lineHeight(CAPTION_SIZE);
        overlays.push({ input: textImage(text, CAPTION_SIZE, 400), left, top: below });
      }
      left += Math.max(width, ...lines.map((text) => textWidth(text, CAPTION_SIZE))) + GAP;
      captionHeight = Math.max(captionHeight, height - rowHeight + lines.length * lineHeight(CAPTION_SIZE));
    }
    sheetWidth = Math.max(sheetWidth, left);
    top += rowHeight + captionHeight + GAP;
  }
  if (rows.length === 0) throw new Error('contactSheet: there is no row');

  await loadReportFont();
  const sharp = await loadSharp();
  const sheet = sharp({ create: { width: sheetWidth, height: top, channels: 3, background: 'white' } });
  const drawn = sheet.composite(overlays);
  const encoded = format === 'webp' ? drawn.webp({ lossless: true, effort: 6 }) : drawn.png();
  await writeFileAtomically(path, await encoded.toBuffer());
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
