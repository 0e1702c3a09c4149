import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSharp } from '@sandwich/pictures';
import { afterAll, describe, expect, it } from 'vitest';
import { REPORT_FONT } from './report-font.js';
import { svgToPng } from './svg-to-png.js';

// This file's process, before it draws its first letter, is told of a machine without fonts.
const directory = mkdtempSync(join(tmpdir(), 'no-fonts-'));
process.env.FONTCONFIG_FILE = join(directory, 'fonts.conf');
writeFileSync(process.env.FONTCONFIG_FILE, `<fontconfig><cachedir>${directory}</cachedir></fontconfig>`);
afterAll(() => rmSync(directory, { recursive: true }));

const document = (text: string, font = REPORT_FONT) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="30"><rect width="100" height="30" fill="white"/>` +
  `<text x="5" y="20" font-size="16" font-family="${font}">${text}</text></svg>`;

/** Share of the picture that is inked. */
async function ink(png: Buffer): Promise<number> {
  const sharp = await loadSharp();
  const { channels } = await sharp(png).flatten({ background: 'white' }).stats();
  return 1 - channels[0].mean / 255;
}

describe('svgToPng', () => {
  it('draws legible text where no font is installed', async () => {
    const narrow = await ink(await svgToPng(document('iiii')));
    const wide = await ink(await svgToPng(document('WWWW')));
    // without a font, every letter is the same box
    expect(narrow).toBeGreaterThan(0);
    expect(wide).toBeGreaterThan(2 * narrow);
    // the font of the reports is the only one here, and so it serves for others
    expect(await svgToPng(document('WWWW', 'serif'))).toEqual(await svgToPng(document('WWWW')));
  });

  it('draws two pixels a unit', async () => {
    const sharp = await loadSharp();
    const { width, height, format } = await sharp(await svgToPng(document(''))).metadata();
    expect({ width, height, format }).toEqual({ width: 200, height: 60, format: 'png' });
  });
});
