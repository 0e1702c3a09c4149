import type { Picture } from './picture.js';

/** Pictures to the bytes of a file and back: what a trained system is to those who only want to use it. */
export interface PictureCodec<EncodeOptions extends object = object, DecodeOptions extends object = object> {
  /** Bits per sample of the pictures that it takes and gives, 8 to 16. */
  readonly bitDepth: number;
  /** How samples of these pictures encode light. Default `srgb`; `linear` is what `linearSamples` makes. */
  readonly transfer?: 'srgb' | 'linear';
  /** Extensions of the files that it writes, such as `.jpg`, and the options that each stands for. */
  readonly formats: Readonly<Record<string, EncodeOptions>>;
  /** Names of the options of `encode` that say how to code, such as `quality`. Default none. */
  readonly options?: readonly string[];
  /** Whether the option `qstep` may be a fraction. Default: whole numbers only. */
  readonly takesFractionalSteps?: boolean;
  /** What the file's maker is called, such as an identity of its weights. */
  readonly name?: string;
  /**
   * Looks at options before anything is computed.
   *
   * @throws RangeError for one that is out of range or that it does not know
   * @throws Error when a program that it needs is missing
   */
  checkOptions?(options: EncodeOptions): Promise<void>;
  /**
   * Makes the file of a picture.
   *
   * @throws RangeError when the picture or an option is out of range
   */
  encode(picture: Picture, options?: EncodeOptions): Promise<Uint8Array>;
  /**
   * Finds out whether a file can be restored, without computing much.
   *
   * @throws Error with the reason when it cannot
   */
  check?(bytes: Uint8Array, options?: DecodeOptions): Promise<unknown>;
  /**
   * Restores the picture of a file that `encode` has made.
   *
   * @throws Error with the reason when that is not possible
   */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Picture>;
  /** Frees what it computes with. */
  dispose?(): void;
}
