import { loadSharp } from '@sandwich/pictures';
import { loadReportFont } from './report-font.js';

/** Renders an SVG document as PNG, at two pixels a unit of the document. */
export async function svgToPng(svg: string): Promise<Buffer> {
  await loadReportFont();
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}
