import type { CodecDescription, DifferentiableCodec } from './codec.js';
import type { CodecKind } from './codec-kind.js';
import { diffJpegName } from './diff-jpeg/diff-jpeg-codec-options.js';
import { diffJpegKind } from './diff-jpeg/diff-jpeg-kind.js';
import { encodeDecodeIntraKind } from './intra/encode-decode-intra-kind.js';
import { encodeDecodeIntraName } from './intra/encode-decode-intra-options.js';

const builtIn = { [encodeDecodeIntraName]: encodeDecodeIntraKind, [diffJpegName]: diffJpegKind };
const kinds = new Map<string, CodecKind>(Object.entries(builtIn as Record<string, CodecKind>));

/**
 * Makes a codec known by the name that its `describe` returns as `codec`, so that a sandwich around it is built from JSON. Call it in the
 * module that defines the codec; a second call of one name takes the place of the first.
 *
 * @throws RangeError for the name of a codec of this package
 * @example
 * registerCodec('wavelet', { build: ({ levels }: WaveletDescription) => new WaveletCodec(levels) });
 */
export function registerCodec<D extends CodecDescription>(name: string, kind: CodecKind<D>): void {
  if (Object.hasOwn(builtIn, name)) throw new RangeError(`registerCodec: the name ${name} is taken`);
  kinds.set(name, kind as unknown as CodecKind);
}

/**
 * Builds a codec from what its `describe` returned, with its parameters as they began.
 *
 * @throws Error when no codec is registered under its name, or part of it is not JSON
 * @throws RangeError when an option is out of range
 */
export function buildCodec(description: CodecDescription): DifferentiableCodec {
  const kind = kinds.get(nameOf(description));
  if (!kind) throw new Error(`buildCodec: ${unknown(description)}`);
  return kind.build(description);
}

/** Why `buildCodec` cannot build a codec here, for people; undefined when it can. */
export function missingFromCodec(description: CodecDescription | null): string | undefined {
  if (description === null) return 'the codec between its networks cannot be described as JSON';
  const kind = kinds.get(nameOf(description));
  return kind ? kind.missing?.(description) : unknown(description);
}

const nameOf = ({ codec = encodeDecodeIntraName }: CodecDescription): string => codec;

const unknown = (description: CodecDescription): string =>
  `the codec '${nameOf(description)}' is not known here; import the module that calls registerCodec with that name ` +
  `(known are ${[...kinds.keys()].join(', ')})`;
