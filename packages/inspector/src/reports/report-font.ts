import { createRequire } from 'node:module';
import { loadSharp } from '@sandwich/pictures';

/** For `font-family`: PT Sans where `loadReportFont` was called, or where it is installed. */
export const REPORT_FONT = 'PT Sans, sans-serif';

const FILES = ['400Regular/PTSans_400Regular.ttf', '700Bold/PTSans_700Bold.ttf'];

let loading: Promise<void> | undefined;

/**
 * Makes the font of the reports known to the process, so that sharp can draw the text of an SVG document where no
 * font is installed, and draws it alike everywhere. A font file that sharp has once set a text in stays known to
 * fontconfig, which SVG documents are drawn with. To be called before the process draws its first text: a thread that
 * has drawn one keeps to the fonts it found then.
 */
export function loadReportFont(): Promise<void> {
  loading ??= setTextInEach();
  return loading;
}

async function setTextInEach(): Promise<void> {
  const sharp = await loadSharp();
  const { resolve } = createRequire(import.meta.url);
  for (const file of FILES) {
    const fontfile = resolve(`@expo-google-fonts/pt-sans/${file}`);
    await sharp({ text: { text: 'a', font: 'PT Sans', fontfile } })
      .raw()
      .toBuffer();
  }
}
