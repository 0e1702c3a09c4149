import { loadSharp } from '@sandwich/codecs';

/** Renders an SVG document as PNG, at two pixels a unit of the document. */
export async function svgToPng(svg: string): Promise<Buffer> {
  const sharp = await loadSharp();
  return sharp(Buffer.from(svg), { density: 144 }).png().toBuffer();
}
