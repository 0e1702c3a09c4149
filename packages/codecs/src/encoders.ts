import { type CodecName, codecs, formats } from './codecs.js';

/** Names of encoders: those of the codecs, and `jpeg-trellis`, JPEG whose levels are chosen by rate and distortion (`JpegOptions.trellis`). */
export type EncoderName = CodecName | 'jpeg-trellis';

/** What an encoder writes. */
export interface Encoder {
  /** The codec whose files they are: any decoder of it reads them. */
  codec: CodecName;
  /** How the encoder is called. */
  label: string;
}

/** Encoders by name: several may write files of one codec. */
export const encoders = {
  ...Object.fromEntries((Object.keys(codecs) as CodecName[]).map((codec) => [codec, { codec, label: formats[codec] }])),
  'jpeg-trellis': { codec: 'jpeg', label: 'JPEG, trellis encoder' },
} as Readonly<Record<EncoderName, Encoder>>;
