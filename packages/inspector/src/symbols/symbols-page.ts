import { planeSize, type SymbolPlanes, symbolCounts, symbolEntropy } from '@sandwich/codecs';
import { encodePng, type Picture } from '@sandwich/pictures';
import { escaped } from '../escaped.js';
import { losslessSource } from '../lossless-source.js';
import { histogramSvg } from './histogram-svg.js';
import { SYMBOLS_STYLE } from './symbols-style.js';

/** What the page of a learned codec's file shows. Texts are plain text. */
export interface ShownSymbols {
  title: string;
  /** What to know at a glance, in order. */
  facts: readonly { label: string; value: string }[];
  /** What was coded, and what the file is decoded to, as far as they are there. */
  pictures: readonly { caption: string; picture: Picture<Uint8Array> }[];
  /** Indices of codebook entries. */
  planes: SymbolPlanes;
  /** The channels as gray pictures. */
  channelPictures: readonly Picture<Uint8Array, 1>[];
  /** The first and the last value of the codebook. */
  codebook: readonly [low: number, high: number];
  /** Bytes of each channel in the file. */
  bytes: readonly number[];
}

const image = (source: string, { width, height }: Picture<Uint8Array>, alt: string): string =>
  `<img src="${source}" width="${width}" height="${height}" alt="${escaped(alt)}">`;

const figure = (content: string, caption: string): string =>
  `<figure>${content}<figcaption>${caption}</figcaption></figure>`;

const row = (cells: readonly (string | number)[], tag: 'td' | 'th' = 'td'): string =>
  `<tr>${cells.map((cell) => `<${tag}>${escaped(`${cell}`)}</${tag}>`).join('')}</tr>`;

/** Values that stand in a channel, `-3 to 4`. */
function rangeOf(counts: Uint32Array, lowest: number): string {
  const used = [...counts.keys()].filter((symbol) => counts[symbol] > 0);
  return `${used[0] + lowest} to ${used[used.length - 1] + lowest}`;
}

/**
 * The page on which a file of a learned codec is looked at: its pictures, the channels of its latent as gray pictures, the histogram of its symbols, and what each
 * channel costs. One HTML document without scripts that refers to nothing outside of itself.
 */
export async function symbolsPage(shown: ShownSymbols): Promise<string> {
  const { title, facts, pictures, planes, channelPictures, bytes, codebook } = shown;
  const [lowest, highest] = codebook;
  const { columns, rows } = planeSize(planes);
  const entropies = planes.channels.map((symbols) => symbolEntropy([symbols]));
  const counts = planes.channels.map((symbols) => symbolCounts([symbols]));
  const bars = (of: Uint32Array) => Array.from(of.subarray(0, highest - lowest + 1));
  const shownPictures = await Promise.all(
    pictures.map(async ({ caption, picture }) =>
      figure(image(await losslessSource(picture), picture, caption), escaped(caption)),
    ),
  );
  const shownChannels = await Promise.all(
    channelPictures.map(async (picture, channel) => {
      const caption = `channel ${channel}: ${entropies[channel].toFixed(2)} bits a symbol, ${bytes[channel]} bytes`;
      const source = `data:image/png;base64,${Buffer.from(await encodePng(picture)).toString('base64')}`;
      return figure(
        image(source, picture, caption) + histogramSvg(bars(counts[channel]), lowest, 'small'),
        escaped(caption),
      );
    }),
  );
  const heads = ['channel', 'bits a symbol', 'bytes', 'bits a symbol in the file', 'values', 'zeros'];
  const table = planes.channels.map((symbols, channel) =>
    row([
      channel,
      entropies[channel].toFixed(3),
      bytes[channel],
      ((8 * bytes[channel]) / symbols.length).toFixed(3),
      rangeOf(counts[channel], lowest),
      `${((100 * counts[channel][-lowest]) / symbols.length).toFixed(1)} %`,
    ]),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<link rel="icon" href="data:,">
<title>${escaped(title)}</title>
<style>${SYMBOLS_STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<dl>${facts.map(({ label, value }) => `<div><dt>${escaped(label)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>
<section class="pictures">${shownPictures.join('')}</section>
<h2>Symbols, ${symbolEntropy(planes.channels).toFixed(3)} bits each, all channels together</h2>
${histogramSvg(bars(symbolCounts(planes.channels)), lowest, 'large')}
<h2>Channels, ${columns} x ${rows} symbols each: black is ${lowest}, white ${highest}</h2>
<section class="channels">${shownChannels.join('')}</section>
<table><thead>${row(heads, 'th')}</thead><tbody>${table.join('')}</tbody></table>
</body>
</html>
`;
}
