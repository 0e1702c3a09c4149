import { basename, dirname, join } from 'node:path';
import { isL3ix, readL3ix, symbolEntropy } from '@sandwich/codecs';
import { measureFile, type RateDistortionRow } from '@sandwich/evaluation';
import { DcnCodec, type DcnEncodeOptions, hasRange, RANGE_QUALITIES } from '@sandwich/models';
import type { Picture, PictureCodec } from '@sandwich/pictures';
import { loadCodec } from '@sandwich/runtime';
import { readRunDescription } from '@sandwich/trainer';
import { checkCodecOptions } from './check-codec-options.js';

/** A picture, and the name of its file. */
export type NamedPicture = { name: string; picture: Picture<Uint8Array, 3> };

/** Runs of one kind, which are one curve. */
export interface Curve {
  /** The name of the kind, such as `dcn`. */
  kind: string;
  runs: string[];
}

/**
 * Runs by their kinds, in their order.
 *
 * @param asked what is asked of all of them
 * @throws Error for a run that cannot be compared, or does not have that
 */
export async function curvesOf(
  runs: readonly string[],
  asked: Pick<DcnEncodeOptions, 'trellis'> = {},
): Promise<Curve[]> {
  const curves: Curve[] = [];
  for (const run of runs) {
    const codec = await loadCodec(run, { note: () => {} });
    codec.dispose?.();
    const { bitDepth } = codec;
    if (bitDepth !== 8)
      throw new Error(`${run} codes pictures of ${bitDepth} bits a sample, rate-distortion compares those of 8`);
    checkCodecOptions(run, codec, asked);
    const { kind } = await readRunDescription(run);
    const known = curves.find((curve) => curve.kind === kind);
    if (known) known.runs.push(run);
    else curves.push({ kind, runs: [run] });
  }
  return curves;
}

/** What a run's pictures are coded with, by the name of what it makes: a network of a range of rates draws a curve. */
export const pointsOf = (run: string, codec: PictureCodec): [name: string, options: DcnEncodeOptions][] =>
  codec instanceof DcnCodec && hasRange(codec)
    ? RANGE_QUALITIES.map((quality) => [join(dirname(run), `${basename(run)}, quality ${quality}`), { quality }])
    : [[run, {}]];

/** Files of pictures by a run, measured. */
export async function codeByRun(
  { kind, name, options }: { kind: string; name: string; options: DcnEncodeOptions },
  codec: PictureCodec,
  items: readonly NamedPicture[],
): Promise<RateDistortionRow[]> {
  const rows: RateDistortionRow[] = [];
  for (const [image_id, { name: filename, picture }] of items.entries()) {
    const file = await codec.encode(picture, options);
    const output = await codec.decode(file);
    const entropy = isL3ix(file) ? { entropy: symbolEntropy(readL3ix(file).channels) } : {};
    rows.push({
      image_id,
      filename,
      codec: kind,
      model_dir: name,
      ...measureFile(picture, output, file.length),
      ...entropy,
    });
  }
  return rows;
}
